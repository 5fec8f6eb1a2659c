/** Commands as a test calls them: in its own process, with what they say kept. */

/** Exit code, stdout and stderr of a command. */
export async function call(
  command: () => Promise<number>,
): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const spies = [
    jest
      .spyOn(process.stdout, 'write')
      .mockImplementation((text) => Boolean((said.out += String(text)))),
    jest
      .spyOn(process.stderr, 'write')
      .mockImplementation((text) => Boolean((said.err += String(text)))),
  ]
  try {
    return { code: await command(), ...said }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
