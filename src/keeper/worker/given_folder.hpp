#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "keeper/worker/user_account.hpp"

namespace pilotlight::keeper {

/// In what form a worker gets the folder that its template names.
enum class FolderChoice : std::uint8_t {
  automatic,  ///< overlay, and copy where that cannot be had
  overlay,    ///< at its own path, in a mount namespace of the worker's, under an overlay
  copy,       ///< a copy as working folder
  link,       ///< a working folder with links to its entries
};

/// Whether an overlay is what is tried first.
inline bool takes_overlay(FolderChoice choice) {
  return choice == FolderChoice::automatic || choice == FolderChoice::overlay;
}

/// In which some versions of the runpod package keep jobs across restarts, in their working folder.
inline constexpr std::string_view jobs_of_the_sdk = ".runpod_jobs.pkl";

/// The folder that a template names, and for whom.
struct GivenFolder {
  std::string path;               ///< absolute, as the template names it
  std::vector<std::string> kept;  ///< relative paths; what is written there reaches the given folder
  std::string own;                ///< the worker's own folder; absolute; empty and the user's, or with layers
  std::string data;               ///< the data folder
  std::optional<UserAccount> user;
  FolderChoice choice = FolderChoice::automatic;
  std::uint64_t copy_max = 0;  ///< bytes
  std::string mark{};          ///< begins the lines that are written to descriptor 1 (WorkerOutput::mark)
};

/// Makes the folder ready for a worker and returns the one in which the worker starts. The data folder and
/// `.runpod_jobs.pkl` are hidden from the worker; kept folders are made if they are missing. Runs in the
/// worker's own process before its program, as that process changes its namespace; what went another way
/// than asked is written to descriptor 1. The error's text is fit to be shown.
Result<std::string> make_given_folder(const GivenFolder& asked);

/// A folder that was found, with links resolved.
struct FoundFolder {
  std::string path;
  std::vector<std::string> hidden;  ///< relative paths of what the worker may not see
};

}  // namespace pilotlight::keeper
