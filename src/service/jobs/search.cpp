#include "service/jobs/search.hpp"

#include <algorithm>

namespace pilotlight::service {

bool matches(const JobSearch& search, const StoredJob& stored) {
  const auto of_both = [&search](const auto& job) {
    return job.endpoint == search.endpoint && (search.states == 0 || (search.states & bit(job.state)) != 0) &&
           (search.worker.empty() || job.worker == search.worker) &&
           (search.id.empty() || job.id.text().starts_with(search.id));
  };
  if (!std::visit(of_both, stored)) return false;
  const auto* ended = std::get_if<FinalJob>(&stored);
  return search.completed.open() || (ended != nullptr && search.completed.holds(to_ms(ended->finished)));
}

bool contains_text(std::string_view text, std::string_view part) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const auto same = [&](char a, char b) { return lower(a) == lower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end() || part.empty();
}

}  // namespace pilotlight::service
