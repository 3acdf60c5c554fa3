# A room is a folder of src/ that is one library and links only what it may look into (ARCHITECTURE.md has the
# table; tools/tidy checks every #include against it).

# pilotlight_room(NAME [LINKS target...] [PRECOMPILE header...] [PRECOMPILE_TESTS] [PRECOMPILED_BY room]): library
# `NAME` from every *.cpp below the current folder except *_test.cpp, *_bench.cpp and main.cpp, and, when there are
# tests, `NAME_test` from every *_test.cpp.
#
# PRECOMPILE: headers that most files of the room include; they are parsed once for it and for every room that says
# PRECOMPILED_BY NAME. PRECOMPILE_TESTS: the same for the tests, with gtest. Write a header of the project as
# <room/header.hpp>: the text is then the same in every clone, and ccache knows it. A source file still includes what
# it uses; tools/headers and -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON build without.
function(pilotlight_room name)
  cmake_parse_arguments(ROOM "PRECOMPILE_TESTS" "PRECOMPILED_BY" "LINKS;PRECOMPILE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|/main)\\.cpp$")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${name} PUBLIC ${ROOM_LINKS})
    pilotlight_precompile(${name} BY "${ROOM_PRECOMPILED_BY}" HEADERS ${ROOM_PRECOMPILE})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${name} INTERFACE ${ROOM_LINKS})
  endif()
  if(tests)
    pilotlight_test(${name}_test SOURCES ${tests} LINKS ${name})
    if(ROOM_PRECOMPILE_TESTS)
      pilotlight_precompile(${name}_test HEADERS <gtest/gtest.h> ${ROOM_PRECOMPILE})
    elseif(ROOM_PRECOMPILED_BY)
      pilotlight_precompile(${name}_test BY ${ROOM_PRECOMPILED_BY}_test)
    endif()
  endif()
endfunction()

# pilotlight_precompile(TARGET [BY target] [HEADERS header...]): the precompiled headers of another target, if one is
# named that has any; otherwise its own, if there are headers.
function(pilotlight_precompile target)
  cmake_parse_arguments(ARG "" "BY" "HEADERS" ${ARGN})
  if(ARG_BY)
    get_target_property(headers ${ARG_BY} PRECOMPILE_HEADERS)
    if(headers)
      target_precompile_headers(${target} REUSE_FROM ${ARG_BY})
    endif()
  elseif(ARG_HEADERS)
    target_precompile_headers(${target} PRIVATE ${ARG_HEADERS})
  endif()
endfunction()

# The thread sanitizer of g++ 12 cannot live with the address layout of newer kernels; without randomization it can.
set(PILOTLIGHT_TEST_LAUNCHER "")
if(PILOTLIGHT_SANITIZE MATCHES "thread")
  execute_process(COMMAND setarch --addr-no-randomize true RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(status EQUAL 0)
    set(PILOTLIGHT_TEST_LAUNCHER setarch --addr-no-randomize)
  endif()
endif()

# pilotlight_test(NAME SOURCES file... LINKS target...): one gtest program, one ctest entry; in a sanitizer's build
# the entry's name ends in the sanitizer, so that all builds can be tested in one run. Tests are compiled without
# optimization in every build: what they test is not.
function(pilotlight_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_compile_options(${name} PRIVATE -O0)
  target_link_libraries(${name} PRIVATE ${TEST_LINKS} GTest::gtest GTest::gtest_main)
  pilotlight_add_test(${name} COMMAND $<TARGET_FILE:${name}>)
endfunction()

# pilotlight_add_test(NAME COMMAND program argument...): a ctest entry for any program.
function(pilotlight_add_test name)
  cmake_parse_arguments(TEST "" "" "COMMAND" ${ARGN})
  if(PILOTLIGHT_SANITIZE)
    set(name ${name}.${PILOTLIGHT_SANITIZE})
  endif()
  string(REPLACE "," "-" name ${name})
  add_test(NAME ${name} COMMAND ${PILOTLIGHT_TEST_LAUNCHER} ${TEST_COMMAND})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()
