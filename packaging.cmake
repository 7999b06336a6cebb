# SPDX-License-Identifier: MIT
# The Debian package: cpack --config BUILD/CPackConfig.cmake -G DEB
#
# dpkg-shlibdeps finds what the program is linked with. What its doors load when first needed
# (core/library.h) stands nowhere in its headers, so the packages of these libraries are asked for
# by the name under which they will be loaded.
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES ${CMAKE_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Who answers for a package is who builds it: as the Debian tools ask, or as git knows.
set(maintainer "$ENV{DEBFULLNAME} <$ENV{DEBEMAIL}>")
if(NOT maintainer MATCHES "^[^<>]+ <[^<>@ ]+@[^<>@ ]+>$")
    execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} config user.name OUTPUT_VARIABLE name
                    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} config user.email OUTPUT_VARIABLE email
                    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    set(maintainer "${name} <${email}>")
endif()
if(NOT maintainer MATCHES "^[^<>]+ <[^<>@ ]+@[^<>@ ]+>$")
    cmake_host_system_information(RESULT host QUERY FQDN)
    set(maintainer "wxpc, built by hand <root@${host}>")
endif()
set(MAINTAINER "${maintainer}" CACHE STRING "Maintainer of the Debian package: Name <address>")

# Debian's manual pages are compressed; those that cmake --install copies stay plain.
find_program(GZIP gzip)
set(compress ${CMAKE_BINARY_DIR}/compress_pages.cmake)
file(WRITE ${compress} "set(GZIP \"${GZIP}\")\n" [=[
file(GLOB_RECURSE pages "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*.1")
list(FILTER pages INCLUDE REGEX "/man/")
foreach(page IN LISTS pages)
    execute_process(COMMAND ${GZIP} -9nf ${page} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
]=])
if(GZIP)
    set(CPACK_PRE_BUILD_SCRIPTS ${compress})
endif()

find_program(DPKG_QUERY dpkg-query)
find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
set(depends "")
foreach(library CURL MICROHTTPD GNUTLS XML ZLIB)
    if(NOT DPKG_QUERY OR NOT TARGET PkgConfig::${library})
        continue()
    endif()
    get_target_property(path PkgConfig::${library} INTERFACE_LINK_LIBRARIES)
    list(GET path 0 path)
    file(REAL_PATH "${path}" path)
    string(REGEX REPLACE "^/usr" "" bare "${path}") # dpkg may know it from before /lib became a link
    execute_process(COMMAND ${DPKG_QUERY} -S ${path} ${bare} OUTPUT_VARIABLE owner ERROR_QUIET
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(owner MATCHES "^([a-z0-9][a-z0-9.+-]*)[:,]")
        list(APPEND depends ${CMAKE_MATCH_1})
    endif()
endforeach()
list(JOIN depends ", " depends)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME wxpc)
set(CPACK_PACKAGE_CONTACT "${MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "terminal developer console for WeChat Pay V2 merchant APIs")
set(CPACK_PACKAGE_DESCRIPTION
    "Forms checked against the documentation, signatures computed step by step, replies explained
field by field, notifications received and sent, in Chinese and English. It carries a sandbox
gateway of its own and works without network, account and key.")
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX}) # where the program looks: WXPC_DATADIR
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "${depends}")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS bash-completion)
if(DPKG_SHLIBDEPS)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
endif()
include(CPack)
