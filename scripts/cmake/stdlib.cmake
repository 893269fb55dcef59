# generated/stdlib_texts.h: one STDLIB(name, bytes) line for each file of stdlib/, so that the compiler
# carries its standard library with it.
file(GLOB stdlib_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/stdlib/*.probe)
set(stdlib_rows "/* Generated from stdlib/. */\n")
foreach(path ${stdlib_files})
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
	file(RELATIVE_PATH name ${CMAKE_SOURCE_DIR} ${path})
	file(READ ${path} bytes HEX)
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
	string(APPEND stdlib_rows "STDLIB(\"${name}\", \"${bytes}\")\n")
endforeach()
file(WRITE ${CMAKE_BINARY_DIR}/generated/stdlib_texts.h.new "${stdlib_rows}")
file(COPY_FILE ${CMAKE_BINARY_DIR}/generated/stdlib_texts.h.new ${CMAKE_BINARY_DIR}/generated/stdlib_texts.h ONLY_IF_DIFFERENT)
