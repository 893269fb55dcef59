# Scanners and parsers, generated into build/.../generated/lang and never checked in: lang/x.l gives
# lang/x.yy.c and lang/x.yy.h, lang/x.y gives lang/x.tab.c and lang/x.tab.h.

set(SONDE_GENERATED)
set(generated ${CMAKE_BINARY_DIR}/generated/lang)
file(MAKE_DIRECTORY ${generated})
find_program(SONDE_BISON bison REQUIRED)
find_program(SONDE_FLEX flex REQUIRED)
file(GLOB grammars CONFIGURE_DEPENDS lang/*.y)
file(GLOB scanners CONFIGURE_DEPENDS lang/*.l)

foreach(grammar ${grammars})
	get_filename_component(name ${grammar} NAME_WE)
	set(out ${generated}/${name}.tab)
	add_custom_command(OUTPUT ${out}.c ${out}.h DEPENDS ${grammar}
		COMMAND ${SONDE_BISON} -Wall -Wcounterexamples -Werror=conflicts-sr -Werror=conflicts-rr
			--header=${out}.h -o ${out}.c ${grammar} COMMENT "bison lang/${name}.y")
	list(APPEND SONDE_GENERATED ${out}.c ${out}.h)
endforeach()
foreach(scanner ${scanners})
	get_filename_component(name ${scanner} NAME_WE)
	set(out ${generated}/${name}.yy)
	add_custom_command(OUTPUT ${out}.c ${out}.h DEPENDS ${scanner}
		COMMAND ${SONDE_FLEX} --header-file=${out}.h -o ${out}.c ${scanner}
		COMMENT "flex lang/${name}.l")
	list(APPEND SONDE_GENERATED ${out}.c ${out}.h)
endforeach()
# What the generators themselves write is not held to the project's warnings; comparisons inside
# their tables teach a fuzzer nothing and take half of its time.
set(generated_options -w)
if(SONDE_FUZZ)
	list(APPEND generated_options -fno-sanitize-coverage=trace-cmp)
endif()
set_source_files_properties(${SONDE_GENERATED} PROPERTIES COMPILE_OPTIONS "${generated_options}")
