#pragma once

#include "base/codec.hpp"
#include "domain/command.hpp"
#include "domain/effect.hpp"
#include "domain/record.hpp"

namespace pilotlight {

// The bytes of the large variants are compiled once, in codec.cpp.
extern template void Encoder::put(const Command&);
extern template void Encoder::put(const Record&);
extern template void Encoder::put(const Effect&);
extern template void Decoder::get(Command&);
extern template void Decoder::get(Record&);

}  // namespace pilotlight
