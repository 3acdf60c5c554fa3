# Warnings, sanitizers, linker and compiler cache: what every target shares.
add_compile_options(-Wall -Wextra -Werror -Wswitch-enum -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Boost's fences under -fsanitize=thread, and g++ 12's false alarms inside inlined library code.
  add_compile_options(-Wno-tsan -Wno-mismatched-new-delete -Wno-restrict -Wno-stringop-overflow -Wno-maybe-uninitialized -Wno-array-bounds)
else()
  add_compile_options(-w)  # warnings are g++'s business; clang only makes the fuzzers
endif()
if(PILOTLIGHT_SANITIZE)
  add_compile_options(-fsanitize=${PILOTLIGHT_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PILOTLIGHT_SANITIZE})
  if(PILOTLIGHT_SANITIZE MATCHES "address,undefined" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # These four take two fifths of the time of every compilation. Bad pointers end under the address sanitizer too;
    # alignment and casts are left to the fuzzers, which clang builds with all checks.
    add_compile_options(-fno-sanitize=null,alignment,object-size,vptr)
  endif()
endif()

# Paths in the program and in the cache's keys are relative to the source folder, so that every clone has the same.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
find_program(PILOTLIGHT_CCACHE ccache)
if(PILOTLIGHT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${CMAKE_SOURCE_DIR}/cmake/compile-cached)
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
find_program(PILOTLIGHT_MOLD mold)
if(PILOTLIGHT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
