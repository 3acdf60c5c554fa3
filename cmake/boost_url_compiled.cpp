// The one translation unit that holds the code of Boost.URL.
#include <boost/url/src.hpp>
