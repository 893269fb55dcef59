# bash completion for sonde
_sonde() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	case $prev in
	-f) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
	-B) COMPREPLY=($(compgen -W 'line full none' -- "$cur")); return ;;
	-d) COMPREPLY=($(compgen -W 'ast types plan ir asm libbpf verifier all' -- "$cur")); return ;;
	-p) COMPREPLY=($(compgen -W "$(cd /proc && echo [0-9]*)" -- "$cur")); return ;;
	-c) COMPREPLY=($(compgen -c -- "$cur")); return ;;
	-e) return ;;
	dump) COMPREPLY=($(compgen -W 'ast types plan ir asm elf' -- "$cur")); return ;;
	esac
	case $cur in
	-*) COMPREPLY=($(compgen -W '-e -c -p -o -f -B -q -v -k -l -lv -d -h -V --dry-run --unsafe
		--no-warnings --help --version' -- "$cur")) ;;
	*)
		COMPREPLY=($(compgen -f -- "$cur"))
		[ "$COMP_CWORD" -gt 1 ] ||
			COMPREPLY+=($(compgen -W 'run build check dump list info help' -- "$cur"))
		;;
	esac
}
complete -o filenames -F _sonde sonde
