#pragma once

#include <string>

#include "base/error.hpp"

namespace pilotlight::dev {

/// The body of a job as `/run` takes it, read from a file of that name or, if there is none, from the text
/// itself. The error shows the place of a mistake.
Result<std::string> read_job_input(const std::string& file_or_json);

/// The same of a file.
Result<std::string> read_job_file(const std::string& path);

/// The `output` of a job's view, as the worker sent it; empty if it has none.
std::string output_of(const std::string& view);
/// A field of text of a job's view; empty if it has none.
std::string text_of(const std::string& view, std::string_view field);

}  // namespace pilotlight::dev
