/** Owns reading the Dockerfile, for the tests of the image. */

export interface Instruction {
  keyword: string;
  rest: string;
}

/** One entry an instruction, continued lines joined, comments left out. */
export function instructionsOf(dockerfile: string): Instruction[] {
  return dockerfile
    .replace(/^#.*$/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, keyword = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
      return { keyword: keyword.toUpperCase(), rest: rest.replace(/\s+/g, ' ').trim() };
    });
}

/** What becomes the image. */
export function lastStage(instructions: Instruction[]): Instruction[] {
  return instructions.slice(instructions.findLastIndex(({ keyword }) => keyword === 'FROM'));
}
