# cmake --install and the .deb.

if(TARGET sonde)
	install(TARGETS sonde DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET sonde-run)
	install(TARGETS sonde-run DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
