# SPDX-License-Identifier: MIT
# usage: cmake -DPROGRAM=FILE -DWORDS=WORD;... -DOUT=FILE -P said.cmake
# Writes what the program prints. It sees nothing of the home of whoever builds.
get_filename_component(folder ${OUT} DIRECTORY)
file(MAKE_DIRECTORY ${folder})
set(ENV{HOME} ${folder}/none)
set(ENV{XDG_CONFIG_HOME} ${folder}/none)
set(ENV{XDG_DATA_HOME} ${folder}/none)
execute_process(COMMAND ${PROGRAM} ${WORDS} OUTPUT_FILE ${OUT} RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    file(REMOVE ${OUT})
    message(FATAL_ERROR "${PROGRAM} ${WORDS}: status ${status}")
endif()
