#include "worker_log/redactor.hpp"

#include <algorithm>

namespace pilotlight::worker_log {
namespace {

constexpr std::string_view replacement = "***";

unsigned char byte(char c) {
  return static_cast<unsigned char>(c);
}

}  // namespace

Redactor::Redactor(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
  std::erase(secrets_, std::string());
  std::sort(secrets_.begin(), secrets_.end(), [](const auto& a, const auto& b) {
    return a.size() > b.size() || (a.size() == b.size() && a < b);
  });
  for (const auto& secret : secrets_) first_.set(byte(secret.front()));
}

std::size_t Redactor::longest_at(std::string_view rest) const {
  for (const auto& secret : secrets_)
    if (rest.starts_with(secret)) return secret.size();
  return 0;
}

bool Redactor::may_begin_at(std::string_view rest) const {
  return std::any_of(secrets_.begin(), secrets_.end(), [&](const std::string& secret) {
    return secret.size() > rest.size() && std::string_view(secret).starts_with(rest);
  });
}

std::size_t Redactor::scan(std::string_view text, End end, std::string& out) const {
  std::size_t at = 0;
  std::size_t plain = 0;  // where the bytes not yet appended begin
  while (at < text.size()) {
    if (!first_.test(byte(text[at]))) {
      ++at;
      continue;
    }
    const std::string_view rest = text.substr(at);
    if (end == End::open && may_begin_at(rest)) break;
    const std::size_t length = longest_at(rest);
    if (length == 0) {
      ++at;
      continue;
    }
    out.append(text.substr(plain, at - plain)).append(replacement);
    at += length;
    plain = at;
  }
  out.append(text.substr(plain, at - plain));
  return at;
}

void Redactor::feed(std::string_view piece, std::string& out) {
  if (held_.empty()) {
    held_.assign(piece.substr(scan(piece, End::open, out)));
    return;
  }
  held_.append(piece);
  held_.erase(0, scan(held_, End::open, out));
}

void Redactor::finish(std::string& out) {
  scan(held_, End::final, out);
  held_.clear();
}

std::string Redactor::clean(std::string_view text) const {
  std::string out;
  scan(text, End::final, out);
  return out;
}

}  // namespace pilotlight::worker_log
