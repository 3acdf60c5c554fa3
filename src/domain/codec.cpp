#include "domain/codec.hpp"

namespace pilotlight {

template void Encoder::put(const Command&);
template void Encoder::put(const Record&);
template void Encoder::put(const Effect&);
template void Decoder::get(Command&);
template void Decoder::get(Record&);

}  // namespace pilotlight
