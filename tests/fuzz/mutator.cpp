#include "tests/fuzz/mutator.hpp"

#include <algorithm>
#include <fstream>

namespace pilotlight::fuzz {
namespace {

constexpr std::size_t text_max = 64 * 1024;

std::string unquoted(const std::string& line) {
  std::string word;
  const std::size_t end = line.rfind('"');
  for (std::size_t i = 1; i < end; ++i) {
    if (line[i] != '\\') {
      word += line[i];
    } else if (line[++i] == 'x') {
      word += static_cast<char>(std::stoi(line.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      word += line[i];
    }
  }
  return word;
}

}  // namespace

std::string Mutator::mutated(std::string text, const std::string& other) {
  for (std::uint64_t changes = 1 + random_.below(4); changes > 0; --changes) change(text, other);
  if (text.size() > text_max) text.resize(text_max);
  return text;
}

void Mutator::change(std::string& text, const std::string& other) {
  const std::size_t at = place(text);
  switch (random_.below(9)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << random_.below(8)));
      break;
    case 1:
      if (at < text.size()) text[at] = static_cast<char>(random_.next());
      break;
    case 2: text.insert(at, 1, static_cast<char>(random_.next())); break;
    case 3: text.erase(at, 1 + random_.below(8)); break;
    case 4: text.resize(at); break;
    case 5: text.insert(at, words_[random_.below(words_.size())]); break;
    case 6: {
      const std::string& word = words_[random_.below(words_.size())];
      text.replace(at, word.size(), word);
      break;
    }
    case 7: text.insert(at, part(text)); break;
    case 8: text.replace(at, random_.below(text.size() + 1), part(other)); break;
  }
}

std::string Mutator::part(const std::string& text) {
  const std::size_t at = place(text);
  const std::size_t most = random_.chance(10) ? text.size() : std::size_t{32};
  return text.substr(at, random_.below(most + 1));
}

std::vector<std::string> dictionary_words(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> words;
  for (std::string line; std::getline(file, line);)
    if (line.starts_with('"')) words.push_back(unquoted(line));
  return words;
}

}  // namespace pilotlight::fuzz
