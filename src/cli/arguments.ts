/** A command line without some of its options: those of `valued` take a value, as the next word or behind `=`; those of `plain` none. */
export function withoutOptions(
  args: readonly string[],
  valued: readonly string[],
  plain: readonly string[],
): readonly string[] {
  const kept: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (valued.includes(arg)) i += 1;
    else if (!plain.includes(arg) && !valued.some((name) => arg.startsWith(`${name}=`))) kept.push(arg);
  }
  return kept;
}
