#pragma once

namespace pilotlight {

/// The sums of all concerns, for headers that only name them.
struct Command;  ///< domain/command.hpp
struct Answer;   ///< domain/answer.hpp
struct Record;   ///< domain/record.hpp
struct Effect;   ///< domain/effect.hpp

}  // namespace pilotlight
