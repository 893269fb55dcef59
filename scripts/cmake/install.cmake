# cmake --install and the .deb: binaries, manual pages, standard library, examples, completion.

install(TARGETS sonde sonde-run DESTINATION ${CMAKE_INSTALL_BINDIR})

# The tables of sonde(7) come from the compiler's own rows.
add_executable(manual_tables man/tables.c)
target_link_libraries(manual_tables PRIVATE sonde_lang sonde_base)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/man/sonde.7
	COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/man
	COMMAND manual_tables < ${CMAKE_SOURCE_DIR}/man/sonde.7.in > ${CMAKE_BINARY_DIR}/man/sonde.7
	DEPENDS manual_tables ${CMAKE_SOURCE_DIR}/man/sonde.7.in COMMENT "man/sonde.7")
add_custom_target(manual ALL DEPENDS ${CMAKE_BINARY_DIR}/man/sonde.7)
install(FILES ${CMAKE_BINARY_DIR}/man/sonde.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(FILES man/sonde.1 man/sonde-run.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(DIRECTORY stdlib/ DESTINATION ${CMAKE_INSTALL_DATADIR}/sonde/stdlib)
install(DIRECTORY examples/ DESTINATION ${CMAKE_INSTALL_DATADIR}/sonde/examples)
install(FILES scripts/sonde.bash-completion RENAME sonde
	DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME sonde)
set(CPACK_PACKAGE_CONTACT "The sonde developers <sonde@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
find_program(SONDE_FILE file)
find_program(SONDE_SHLIBDEPS dpkg-shlibdeps)
if(SONDE_FILE AND SONDE_SHLIBDEPS)
	set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
else() # built on Debian 12; all but the C library is linked in
	set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6 (>= 2.36)")
endif()
include(CPack)
