#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pilotlight::dev {

/// Which paths below a folder are not watched: those that git ignores by the `.gitignore` files of the folder
/// and its subfolders (gitignore(5): `*`, `?`, `[…]`, `**`, `!`, a leading or trailing slash), folders of
/// tools (.git, virtual environments, caches), and files that editors make for a moment.
class IgnoreRules {
 public:
  /// Adds the rules of one file. `folder` is where it lies, relative to the watched folder: "" or "a/b". A
  /// later rule wins over an earlier one, so the files of outer folders come first.
  void add(std::string_view folder, std::string_view text);

  /// `path` is relative to the watched folder, without a leading slash. A path below an ignored folder is not
  /// asked for: whoever walks the tree does not enter that.
  bool ignored(std::string_view path, bool is_folder) const;

 private:
  struct Rule {
    std::string folder;     ///< with a trailing slash, or empty
    std::string pattern;    ///< without leading and trailing slash
    bool again = false;     ///< begins with `!`: watched after all
    bool anchored = false;  ///< has a slash: the whole path counts, not the name alone
    bool folders_only = false;
  };

  std::vector<Rule> rules_;
};

}  // namespace pilotlight::dev
