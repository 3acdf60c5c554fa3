# A room is a folder of src/ that is one library and links only what it may look into (ARCHITECTURE.md has the
# table; tools/tidy checks every #include against it).

# pilotlight_room(NAME [LINKS target...] [PRECOMPILE header...] [PRECOMPILE_TESTS] [PRECOMPILED_BY room]
# [SANITIZED sanitizer...])
#
# Makes the library NAME of every *.cpp below the current folder but *_test.cpp and main.cpp, and the program NAME_test of
# every *_test.cpp, if there is any.
#
# PRECOMPILE: headers that most files of the room include; they are parsed once for it and for every room that says
# PRECOMPILED_BY NAME. PRECOMPILE_TESTS: the same for the tests, with gtest. Write a header of the project as
# <room/header.hpp>: the text is then the same in every clone, and ccache knows it. A source file still includes what
# it uses; tools/headers and -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON build without.
#
# SANITIZED: see pilotlight_test.
function(pilotlight_room name)
  cmake_parse_arguments(ROOM "PRECOMPILE_TESTS" "PRECOMPILED_BY" "LINKS;PRECOMPILE;SANITIZED" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
  if(sources)
    if(PILOTLIGHT_SANITIZE)
      pilotlight_unify(sources ${name} ${CMAKE_SOURCE_DIR}/src ${sources})
    endif()
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
    pilotlight_test(${name}_test SOURCES ${tests} LINKS ${name} SANITIZED ${ROOM_SANITIZED})
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

# What ./test quick builds; of a sanitizer's build what plain ./test runs.
add_custom_target(unit_tests)
add_custom_target(sanitized)

# pilotlight_test(NAME SOURCES file... LINKS target... [SANITIZED sanitizer...]): one gtest program, one ctest entry; in
# a sanitizer's build the entry's name ends in the sanitizer, so that all builds can be tested in one run.
#
# SANITIZED: address for what reads bytes of others or handles memory and descriptors itself, thread for what has
# threads: plain ./test runs the program under these sanitizers, ./test full under both.
#
# Tests are compiled without optimization in every build: what they test is not. Several files are compiled as one,
# because nearly all the time goes into the headers' templates that they share.
function(pilotlight_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LINKS;SANITIZED" ${ARGN})
  pilotlight_unify(sources ${name} ${CMAKE_SOURCE_DIR}/src ${TEST_SOURCES})
  add_executable(${name} ${sources})
  target_compile_options(${name} PRIVATE -O0)
  target_link_libraries(${name} PRIVATE ${TEST_LINKS} GTest::gtest GTest::gtest_main)
  if(PILOTLIGHT_SANITIZE)
    pilotlight_add_test(
      ${name} COMMAND $<TARGET_FILE:${name}> SANITIZED ${TEST_SANITIZED} BUILDS ${name} PROPERTIES COST 300 PROCESSORS 2)
  else()
    pilotlight_add_test(${name} COMMAND $<TARGET_FILE:${name}> LABELS quick)
    add_dependencies(unit_tests ${name})
  endif()
endfunction()

# pilotlight_unify(RESULT NAME FOLDER source...): writes new source files that include up to eight of these sources each,
# and sets RESULT to their list. The includes are paths below FOLDER, an include folder of the target, so that the files
# are the same in every clone and ccache finds what another clone compiled. A name must mean the same thing in all of the
# sources, also in unnamed namespaces.
function(pilotlight_unify result name folder)
  set(files)
  set(rest ${ARGN})
  while(rest)
    list(SUBLIST rest 0 8 some)
    list(REMOVE_ITEM rest ${some})
    list(TRANSFORM some REPLACE "^${folder}/(.*)$" "#include <\\1>\n")
    list(JOIN some "" text)
    list(LENGTH files number)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/unified/${name}_${number}.cpp)
    file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
    # g++ takes an included source file for a header, and warns of its types with members from an unnamed namespace.
    set_source_files_properties(${file} PROPERTIES COMPILE_OPTIONS -Wno-subobject-linkage)
    list(APPEND files ${file})
  endwhile()
  set(${result} ${files} PARENT_SCOPE)
endfunction()

# Properties of an entry that keeps one processor busy: ./test runs four entries a processor, because most of them wait.
set(BUSY PROCESSORS 4)

# pilotlight_add_test(NAME COMMAND program argument... [LABELS label...] [PROPERTIES name value...] [BUILDS target]
# [SANITIZED sanitizer...]): a ctest entry for any program. LABELS decides which tiers run it:
#   none         ./test, ./test full
#   quick        ./test quick, ./test, ./test full
#   quick_only   ./test quick
#   full         ./test full
#   not_full     ./test
# In a sanitizer's build the label is `full`. If SANITIZED names the sanitizer, there is no label, and BUILDS becomes a
# part of the target `sanitized`.
function(pilotlight_add_test name)
  cmake_parse_arguments(TEST "" "BUILDS" "COMMAND;LABELS;PROPERTIES;SANITIZED" ${ARGN})
  if(PILOTLIGHT_SANITIZE)
    string(REGEX MATCH "^[a-z]+" sanitizer ${PILOTLIGHT_SANITIZE})
    if(sanitizer IN_LIST TEST_SANITIZED)
      add_dependencies(sanitized ${TEST_BUILDS})
    else()
      set(TEST_LABELS full)
    endif()
    set(name ${name}.${PILOTLIGHT_SANITIZE})
  endif()
  string(REPLACE "," "-" name ${name})
  add_test(NAME ${name} COMMAND ${PILOTLIGHT_TEST_LAUNCHER} ${TEST_COMMAND})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 LABELS "${TEST_LABELS}" ${TEST_PROPERTIES})
endfunction()
