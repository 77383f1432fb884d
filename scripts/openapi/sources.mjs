// The controllers of the source, and their compiled selves: shape and comments from the one, metadata from the other.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

/** Reads src/ with the project's own compiler options. */
export function loadProgram(root) {
  const path = join(root, 'tsconfig.json');
  const { config, error } = ts.readConfigFile(path, (file) => ts.sys.readFile(file));
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = ts.sys.readDirectory(join(root, 'src'), ['.ts'], ['**/*.spec.ts']);
  return ts.createProgram(files, { ...options, incremental: false, noEmit: true });
}

/** Finds the compiled class of a declaration. Modules are imported once, before anybody asks. */
export class CompiledClasses {
  #modules = new Map();
  #root;

  constructor(root) {
    this.#root = root;
  }

  /** Imports the compiled modules of all source files that declare what the API document speaks of. */
  async load(program) {
    for (const { fileName, isDeclarationFile } of program.getSourceFiles())
      if (!isDeclarationFile && /\/src\/.*(\.controller|\.dto|\/dto\/[^/]+|\/page)\.ts$/.test(fileName))
        this.#modules.set(fileName, await import(pathToFileURL(this.#outputOf(fileName)).href));
  }

  of(type) {
    const declaration = type.symbol?.declarations?.find(ts.isClassDeclaration);
    const compiled = declaration && this.#modules.get(declaration.getSourceFile().fileName)?.[type.symbol.name];
    return typeof compiled === 'function' ? compiled : undefined;
  }

  /** All controllers: declaration and compiled class, in the order of their files. */
  *controllers(program) {
    for (const [fileName, module] of [...this.#modules].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!fileName.endsWith('.controller.ts')) continue;
      for (const statement of program.getSourceFile(fileName).statements)
        if (ts.isClassDeclaration(statement) && module[statement.name?.text])
          yield { declaration: statement, compiled: module[statement.name.text] };
    }
  }

  #outputOf(fileName) {
    return join(this.#root, 'dist', fileName.slice(this.#root.length)).replace(/\.ts$/, '.js');
  }
}
