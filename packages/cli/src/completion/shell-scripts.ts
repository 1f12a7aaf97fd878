/**
 * What each shell is told: to ask `stephooks complete` for the words that fit, one a line with a description after a
 * tab, and to offer files when there are none. They need nothing but the shell.
 */
export const shellScripts = {
  bash: `_stephooks() {
  local IFS=$'\\n'
  COMPREPLY=($(stephooks complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _stephooks stephooks
`,
  zsh: `#compdef stephooks
_stephooks() {
  local -a found
  local line
  for line in "\${(@f)$(stephooks complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#found} )); then _describe stephooks found; else _files; fi
}
compdef _stephooks stephooks
`,
  fish: `function __stephooks_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (stephooks complete -- $words[2..] 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c stephooks -f -a '(__stephooks_complete)'
`,
} as const;

export type Shell = keyof typeof shellScripts;
