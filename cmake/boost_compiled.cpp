// The one translation unit that holds the code of the header-only Boost libraries.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
#include <boost/json/src.hpp>
