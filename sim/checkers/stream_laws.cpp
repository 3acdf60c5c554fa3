#include "sim/checkers/stream_laws.hpp"

#include "sim/world/world.hpp"

namespace pilotlight::sim {

void StreamLaws::recorded(const Image& image, const Record& any) {
  if (const auto* chunk = std::get_if<record::ChunkSaved>(&any)) {
    const Job* job = image.job(chunk->job);
    require(job != nullptr && job->state == JobState::in_progress, "S14",
            "a chunk of job {}, which does not run", chunk->job);
    Run& run = runs_[chunk->job];
    require(chunk->run == run.number && chunk->number == run.chunks, "S14",
            "job {}: chunk {} of run {} after {} of run {}", chunk->job, chunk->number, chunk->run,
            run.chunks, run.number);
    ++run.chunks;
    run.bytes += chunk->chunk.bytes;
    require(run.chunks <= world_.plan.limits.stream_chunks_max, "S7", "job {} streams {} chunks", chunk->job,
            run.chunks);
  } else if (const auto* dropped = std::get_if<record::ChunksDropped>(&any)) {
    Run& run = runs_[dropped->job];
    run = {run.number + 1, 0, 0};
  } else if (const auto* saved = std::get_if<record::StreamSaved>(&any)) {
    Run& run = runs_[saved->value.job];
    require(saved->value.run == run.number && saved->value.chunks == run.chunks &&
                saved->value.bytes == run.bytes && saved->value.read <= run.chunks,
            "S14", "the stream of job {} is saved as {} chunks of run {}, but is {} of {}", saved->value.job,
            saved->value.chunks, saved->value.run, run.chunks, run.number);
  } else if (const auto* job = std::get_if<record::JobSaved>(&any)) {
    const Job* before = image.job(job->value.id);
    const bool delivered = job->value.state == JobState::in_progress &&
                           (before == nullptr || (before->leased != job->value.leased && !before->not_begun));
    const auto run = runs_.find(job->value.id);
    require(!delivered || run == runs_.end() || run->second.chunks == 0, "S14",
            "job {} is delivered again with the chunks of its last run", job->value.id);
  }
}

void StreamLaws::step_ends(const Step& step) {
  for (const Effect& effect : step.effects) {
    const auto* reply = std::get_if<effect::Reply>(&effect);
    const auto* chunks = reply != nullptr ? std::get_if<answer::StreamChunks>(&reply->answer) : nullptr;
    if (chunks != nullptr) told(step, *chunks);
  }
}

void StreamLaws::told(const Step& step, const answer::StreamChunks& chunks) const {
  require(chunks.from <= chunks.to, "S14", "chunks from {} to {}", chunks.from, chunks.to);
  require(!chunks.chunk || chunks.to == chunks.from + 1, "S14", "one chunk stands for {}",
          chunks.to - chunks.from);
  const auto* read = step.is<command::ReadStream>();
  if (read == nullptr) return;
  const auto run = runs_.find(read->id);
  const std::uint32_t number = run != runs_.end() ? run->second.number : 0;
  const std::uint32_t there = run != runs_.end() ? run->second.chunks : 0;
  require(chunks.run == number && chunks.to <= there, "S14",
          "job {}: {} chunks of run {} are told, {} of {} are there", read->id, chunks.to, chunks.run, there,
          number);
  if (read->after && read->after->run == number)
    require(chunks.from <= read->after->chunks, "S14", "job {}: a reader misses chunks before {}", read->id,
            chunks.from);
}

void StreamLaws::crashed(const Disk& disk) {
  runs_.clear();
  for (const auto& [job, stream] : disk.streams) runs_[job] = {stream.run, stream.chunks, stream.bytes};
}

}  // namespace pilotlight::sim
