# Debian's libraries, each under one name. Boost is 1.81 by package name: the unversioned packages are 1.74.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark QUIET)

# Asio, Beast and Boost.JSON are compiled once here; everybody else includes only declarations.
add_library(boost_compiled STATIC ${CMAKE_SOURCE_DIR}/cmake/boost_compiled.cpp)
target_compile_definitions(
  boost_compiled
  PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(boost_compiled PUBLIC Boost::headers Threads::Threads)
if(PILOTLIGHT_SANITIZE MATCHES "undefined")
  # UBSan doubles the time of this file, the longest of all, and says nothing about our code.
  target_compile_options(boost_compiled PRIVATE -fno-sanitize=undefined)
endif()

# The same for what only callers of other servers need.
add_library(asio_ssl STATIC ${CMAKE_SOURCE_DIR}/cmake/asio_ssl_compiled.cpp)
target_link_libraries(asio_ssl PUBLIC boost_compiled OpenSSL::SSL)
add_library(boost_url STATIC ${CMAKE_SOURCE_DIR}/cmake/boost_url_compiled.cpp)
target_link_libraries(boost_url PUBLIC Boost::headers)

# simdjson's package has no CMake config that works without pkg-config.
find_library(SIMDJSON_LIBRARY simdjson REQUIRED)
add_library(simdjson INTERFACE)
target_link_libraries(simdjson INTERFACE ${SIMDJSON_LIBRARY})

# Neither has libsodium's.
find_library(SODIUM_LIBRARY sodium REQUIRED)
add_library(sodium INTERFACE)
target_link_libraries(sodium INTERFACE ${SODIUM_LIBRARY})
