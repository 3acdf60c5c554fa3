#pragma once

#include <atomic>
#include <string>

namespace pilotlight {

/// Deletes this file or folder with everything in it. Links are deleted, not followed. A folder whose mode
/// forbids the deletion is given mode 0700 first. What cannot be deleted all the same stays.
void remove_tree(const std::string& path);
/// The same, but once `stop` is set what is left stays.
void remove_tree(const std::string& path, const std::atomic<bool>& stop);

/// Deletes everything in this folder, not the folder.
void remove_contents(const std::string& path);

}  // namespace pilotlight
