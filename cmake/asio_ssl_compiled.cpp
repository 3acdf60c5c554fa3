// The one translation unit that holds the code of Asio's TLS streams.
#include <boost/asio/ssl/impl/src.hpp>
