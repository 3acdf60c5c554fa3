"""The footnotes of the table: how versions of the runpod package differ from each other."""

NOTES = {
    "empty object": "An empty object returned, `{}`, arrives as a job without `output`: the package leaves it out.",
    "error alone": "What is returned beside `error` is lost: the package sends the error alone.",
    "error as Python": "The error arrives as Python writes it, `{'code': 7}`, and not as JSON.",
    "generator errors are chunks": "The job ends `COMPLETED` without output. The package does not report the exception as "
    "the job's error.",
    "hangs at a generator's error": "The package fails while it logs the exception and never ends the job, which then ends by "
    "its execution timeout. Catch exceptions in the generator, or use 1.6 or newer.",
    "yielded errors are chunks": "A yielded `{\"error\": …}` is a chunk like any other, and the job goes on: 1.7.7 and newer end it.",
    "starts late": "Jobs that come while others run begin only when one of those ends.",
    "cancel kills": "The worker is killed, since the job cannot be stopped otherwise; the next job gets another one.",
    "dies by SIGTERM": "The signal kills this version at once: the job runs again on another worker and has `retries: 1`.",
    "cancel kills late": "The worker is replaced half a minute later: it sends no pings while its handler blocks, "
    "and nothing shows before that it goes on with the job. The next job waits as long.",
    "a cut result is not repeated": "The package does not send the result again. Its next poll says that it holds nothing, and "
    "the job runs a second time, which is not charged.",
    "hangs at what JSON cannot hold": "The package logs the reason and goes on to ping for the job, which ends by its execution "
    "timeout.",
    "no cause": "The job ends as soon, and without a cause: the package writes none that names the job.",
    "another cause": "The cause is what the package's own tracing fails with on the way.",
    "chunks are left out": "The package writes the reason into the worker's log and goes on without the chunk: the job ends "
    "`COMPLETED`.",
}
