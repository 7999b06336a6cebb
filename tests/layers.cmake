# SPDX-License-Identifier: MIT
# Checks which file includes which:
#   floors   calls go down: core <- io <- app <- tui | cli <- main; tui and cli never meet
#   order    inside a floor a file includes only modules that stand before its own
#   doors    a foreign library's headers stand in its door file alone, and never in a header
#   purity   core uses no header that opens files, sockets, clocks or processes
# A strict order makes mutual includes impossible. Run as: cmake [-DSRC=DIR] -P layers.cmake
#
# A new module gets its place in the lists below; that is the plan of the code.

cmake_minimum_required(VERSION 3.25)
set(FLOORS core io app tui cli)

# Modules in include order. NAME_* stands for a family whose members do not know each other.
set(ORDER_core lang embed base buf head text text_values text_words params personal span json_scan json compare joined digest authority
               library gunzip bill xml_fault xml_scan xml xml_write sealed sign shape paste profile spec findings value value_json value_url
               validate spec_reader spec_fields spec_names spec_sign spec_rules spec_errors spec_read catalog endpoint explain_more explain event flow request
               reply qr fault life life_chart next ledger_contract ledger ledger_trade
               ledger_refund ledger_deposit ledger_bill ledger_json notice notice_word answer
               template probe charset unescape found curl variables collection import mend repair wire arena cause recipe callup received subject folklore transform_fn transform
               transform_* moves moves_set moves_add moves_make search sweep_state sweep sweep_* diagnosis diagnose
               diagnose_* oracle advice batch web invoke invoke_snippet checkout)
set(ORDER_io   store store_child store_profile address failure http http_times keyless holder port misfit httpd
               credentials loop journal_db journal
               journal_open journal_log journal_search journal_upkeep posted receipt precedent listener_answer forward listener deliver deliver_json books refusal merchants call call_follow call_order
               call_refund call_scan call_contract call_bill call_check call_answer announce payer
               settle control cashier gateway_log gateway bait probe)
set(ORDER_app  settings keyring inbox_list inbox posting page diagnosis_texts diagnosis_page judgement evidence inquiry record record_filter report_har report report_compare history
               order_life order_life_settle order_offer order_search order_page draft workspace comparison
               workspace_journal workspace_listen workspace_post workspace_send workspace_recall
               workspace_invoke workspace_follow workspace_copy workspace_retain redelivery merchant flow_run flow_page flow_stage action)
set(ORDER_tui  layout theme theme_check keys_name keys_seq keys term term_run term_stuck grid surface
               surface_flush keymap edit edit_show lines list form explain items view pane code_save reply_lines bill_lines invoke_lines
               profile_key profile_form profile_list fill import_menu tree rows pager popup popup_menu palette
               keys_show subform pasted diagnosis compare_line signature_lines notify_lines service_lines
               sandbox_lines notify_tabs trigger trigger_view notice_view life_view notify_menu view_* screen
               screen_*)
set(ORDER_cli  cli cli_out cli_steps cli_input profile_check diagnose_job diagnose_batch history_resend cmd_*)

# The floors that a floor may include, itself last.
set(MAY_core core)
set(MAY_io   core io)
set(MAY_app  core io app)
set(MAY_tui  core io app tui)
set(MAY_cli  core io app cli)
set(MAY_main core io app tui cli)

# Foreign headers (a regular expression) and the files that may include them.
set(DOORS "cjson" "openssl" "libxml" "curl" "microhttpd" "ncurses" "sqlite" "qrencode" "gnutls" "zlib")
set(DOOR_cjson      "^(cjson/)?cJSON[.]h$"                     core/json.c)
set(DOOR_openssl    "^openssl/"                                core/digest.c core/authority.c)
set(DOOR_libxml     "^libxml/"                                 core/xml.c)
set(DOOR_curl       "^curl/"                                   io/http.c)
set(DOOR_microhttpd "^microhttpd[.]h$"                         io/httpd.c)
set(DOOR_ncurses    "^(ncursesw?/)?(n?curses|term|panel|form|menu)[.]h$" tui/term.c tui/surface_flush.c)
set(DOOR_sqlite     "^sqlite3(ext)?[.]h$"                      io/journal.c io/journal_open.c io/journal_log.c io/journal_search.c io/journal_upkeep.c)
set(DOOR_qrencode   "^qrencode[.]h$"                           core/qr.c)
set(DOOR_zlib       "^zlib[.]h$"                               core/gunzip.c)
set(DOOR_gnutls     "^gnutls/"                                 io/httpd.c)

# Headers of C and POSIX that only compute: all that core may use.
set(PURE assert ctype endian errno float iconv inttypes limits locale math regex stdarg stdbool
         stddef stdint stdio stdlib string strings time wchar wctype arpa/inet netinet/in
         sys/types)
# The rest of the system, for the floors above.
set(SYSTEM dirent dlfcn execinfo fcntl fnmatch getopt glob grp ifaddrs langinfo libgen malloc netdb
           net/if netinet/tcp poll pthread pty pwd semaphore setjmp signal spawn stdatomic
           sys/epoll sys/eventfd sys/file sys/inotify sys/ioctl sys/mman sys/prctl sys/random
           sys/resource sys/select sys/signalfd sys/socket sys/stat sys/statvfs sys/syscall
           sys/time sys/timerfd sys/uio sys/un sys/utsname sys/wait syslog sysexits termios
           ucontext unistd utime)
# What one file may include against the rule of purity, and why.
set(EXCEPTIONS core/base.c:unistd  # die() writes its last words past stdio
               core/library.c:dlfcn # what a door loads when it first needs it
               core/json.c:malloc) # what cJSON frees is wiped whole: malloc_usable_size()

if(NOT SRC)
    set(SRC ${CMAKE_CURRENT_LIST_DIR}/../src)
endif()
set(faults 0)
set(checked 0)

macro(fault text)
    message("layers: ${file}: ${text}")
    math(EXPR faults "${faults} + 1")
endmacro()

# The place of `module` in its floor's order, -1 when it has none. A name wins over a family.
function(place_of floor module out)
    list(FIND ORDER_${floor} "${module}" at)
    if(at EQUAL -1)
        set(n 0)
        foreach(entry IN LISTS ORDER_${floor})
            string(REPLACE "*" ".+" family "${entry}")
            if(entry MATCHES "[*]" AND module MATCHES "^${family}$")
                set(at ${n})
            endif()
            math(EXPR n "${n} + 1")
        endforeach()
    endif()
    set(${out} ${at} PARENT_SCOPE)
endfunction()

# The macros below work on file, floor, module, place, may and header of the loop at the end.
macro(check_ours)
    if(NOT header MATCHES "^([a-z]+)/([a-z0-9_]+)[.]h$")
        fault("\"${header}\" is not written as \"floor/name.h\"")
    elseif(NOT CMAKE_MATCH_1 IN_LIST MAY_${floor})
        fault("includes \"${header}\", but ${floor} may only include: ${may}")
    elseif(NOT EXISTS ${SRC}/${header})
        fault("includes \"${header}\", which does not exist")
    elseif(CMAKE_MATCH_1 STREQUAL floor AND NOT CMAKE_MATCH_2 STREQUAL module)
        set(other ${CMAKE_MATCH_2})
        place_of(${floor} ${other} there)
        if(there EQUAL place)
            fault("includes \"${header}\", a sibling: members of one family do not know each other")
        elseif(there GREATER place)
            fault("includes \"${header}\", but ${other} stands after ${module} in ORDER_${floor}")
        endif()
    endif()
endmacro()

macro(check_system)
    set(door "")
    foreach(name IN LISTS DOORS)
        list(GET DOOR_${name} 0 pattern)
        if(header MATCHES "${pattern}")
            set(door ${name})
        endif()
    endforeach()
    string(REGEX REPLACE "[.]h$" "" stem "${header}")
    if(door)
        set(files ${DOOR_${door}})
        list(REMOVE_AT files 0)
        if(file MATCHES "[.]h$")
            fault("includes <${header}>: a foreign type never stands in our headers")
        elseif(NOT file IN_LIST files)
            list(JOIN files ", " files)
            fault("includes <${header}>, whose door is ${files}")
        endif()
    elseif(stem IN_LIST SYSTEM)
        if(floor STREQUAL "core" AND NOT "${file}:${stem}" IN_LIST EXCEPTIONS)
            fault("includes <${header}>, but core only computes: no files, no sockets")
        endif()
    elseif(NOT stem IN_LIST PURE)
        fault("includes <${header}>, unknown here: add it to PURE or SYSTEM, or give it a door")
    endif()
endmacro()

macro(check_file)
    file(STRINGS ${SRC}/${file} lines REGEX "^[ \t]*#[ \t]*include")
    foreach(line IN LISTS lines)
        if(line MATCHES "include[ \t]*\"([^\"]+)\"")
            set(header "${CMAKE_MATCH_1}")
            check_ours()
        elseif(line MATCHES "include[ \t]*<([^>]+)>")
            set(header "${CMAKE_MATCH_1}")
            check_system()
        else()
            fault("cannot read this line: ${line}")
        endif()
    endforeach()
    math(EXPR checked "${checked} + 1")
endmacro()

file(GLOB_RECURSE files RELATIVE ${SRC} ${SRC}/*.c ${SRC}/*.h)
list(SORT files)
foreach(file IN LISTS files)
    set(floor "")
    if(file STREQUAL "main.c")
        set(floor main)
        set(module main)
        set(place 0)
    elseif(file MATCHES "^([a-z]+)/([a-z0-9_]+)[.][ch]$" AND CMAKE_MATCH_1 IN_LIST FLOORS)
        set(floor ${CMAKE_MATCH_1})
        set(module ${CMAKE_MATCH_2})
        place_of(${floor} ${module} place)
        if(place EQUAL -1)
            fault("module ${module} has no place in ORDER_${floor} of tests/layers.cmake")
            set(place 1000)
        endif()
    else()
        fault("stands on no floor (${FLOORS})")
    endif()
    if(floor)
        list(JOIN MAY_${floor} ", " may)
        check_file()
    endif()
endforeach()

if(faults)
    message(FATAL_ERROR "layers: ${faults} faults in ${checked} files")
endif()
message("layers: ${checked} files in order")
