# SPDX-License-Identifier: MIT
# layers.cmake against small trees that each break one rule: it must name the fault.
# Run as: cmake -DWORK=DIR -P layers_test.cmake

cmake_minimum_required(VERSION 3.25)
set(failed 0)

# file to write | its include line | the words that must appear ("ok": no fault)
foreach(row IN ITEMS
    "core/sign.c|#include \"core/params.h\"|ok"
    "core/params.h|#include \"core/sign.h\"|sign stands after params"
    "core/sign.c|#include \"io/http.h\"|core may only include: core"
    "tui/screen.c|#include \"cli/cli.h\"|tui may only include"
    "cli/cli.c|#include \"tui/screen.h\"|cli may only include"
    "tui/view_a.c|#include \"tui/view_b.h\"|a sibling"
    "tui/screen.c|#include \"tui/view_b.h\"|ok"
    "tui/view_a.c|#include \"tui/screen.h\"|screen stands after view_a"
    "core/sign.c|#include \"sign.h\"|not written as"
    "core/sign.c|#include \"core/gone.h\"|does not exist"
    "core/json.c|#include <cjson/cJSON.h>|ok"
    "core/sign.c|#  include <openssl/evp.h>|whose door is core/digest.c"
    "core/digest.h|#include <openssl/evp.h>|never stands in our headers"
    "tui/edit.c|#include <curses.h>|whose door is tui/term.c, tui/surface_flush.c"
    "core/sign.c|#include <unistd.h>|core only computes"
    "io/http.c|#include <unistd.h>|ok"
    "io/http.c|#include <boost.h>|unknown here"
    "core/novel.c|#include <stdio.h>|no place in ORDER_core"
    "extra/novel.c|#include <stdio.h>|stands on no floor"
    "main.c|#include \"cli/cli.h\"|ok")
    string(REGEX MATCH "^([^|]+)[|]([^|]+)[|](.+)$" _ "${row}")
    set(file "${CMAKE_MATCH_1}")
    set(line "${CMAKE_MATCH_2}")
    set(want "${CMAKE_MATCH_3}")
    file(REMOVE_RECURSE ${WORK})
    foreach(header core/params core/sign core/digest io/http cli/cli tui/screen tui/view_b)
        file(WRITE ${WORK}/${header}.h "\n")
    endforeach()
    file(WRITE ${WORK}/${file} "${line}\n")
    execute_process(COMMAND ${CMAKE_COMMAND} -DSRC=${WORK} -P ${CMAKE_CURRENT_LIST_DIR}/layers.cmake
                    RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
    string(FIND "${said}" "${want}" at)
    if(want STREQUAL "ok" AND NOT status EQUAL 0)
        message("layers_test: ${file} with ${line} is fine, but: ${said}")
        set(failed 1)
    elseif(NOT want STREQUAL "ok" AND (status EQUAL 0 OR at EQUAL -1))
        message("layers_test: ${file} with ${line} should say '${want}', said: ${said}")
        set(failed 1)
    endif()
endforeach()
file(REMOVE_RECURSE ${WORK})
if(failed)
    message(FATAL_ERROR "layers_test: failed")
endif()
