#pragma once

#include "drive/client.hpp"

namespace pilotlight::bench {

/// Each mode drives one load, prints one line of key=value figures and returns the exit status.

/// `connections` clients, each with one request under way, until `count` answers came. The request is
/// `method` `target` with `body`, where NNNNNNNN is another number in each request, or with a structured JSON
/// input of `size` bytes; with `pause_us`, for one connection, that long after the last answer. With
/// `others`, endpoints between commas, only the `first` connections do that: the rest send /run to those in
/// turn, and their latencies are not told.
int submit(const Options& options);
/// Whole jobs: `submitters` keep one /run under way each, `workers` take and finish over connections of their
/// own, until `count` jobs are finished.
int jobs(const Options& options);
/// From the first byte of /run sent to the job in a waiting worker's hands, `count` times, one at a time.
int dispatch(const Options& options);
/// From the first byte of a chunk sent by a worker to its event at each of `readers`, `count` times, one at a
/// time.
int stream(const Options& options);
/// From the first byte of /runsync sent to its answer, with a worker that answers at once, `count` times, one
/// at a time.
int sync(const Options& options);
/// `connections` workers with a parked poll each, for `seconds`; `parked=N` is printed once all are there.
int polls(const Options& options);
/// `rate` requests a second over `connections` in turn, for `seconds`.
int paced(const Options& options);

}  // namespace pilotlight::bench
