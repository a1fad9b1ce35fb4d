import ts from 'typescript';

/** Collections that are made empty hold state; those that are made full are tables. */
const COLLECTIONS = new Set(['Map', 'Set', 'WeakMap', 'WeakSet']);
const TABLES = new Set(['RegExp', 'Segmenter', 'Collator', 'NumberFormat', 'DateTimeFormat']);

/**
 * The source of a module, with what lives as long as its process (variables of the module, and objects with a state of their own) made anew for
 * each: `atEachProcess` is what the engine gives. Functions and classes, of which nearly all of it is made, are kept.
 */
export function withStateAnew(text: string): string {
    if (!/^(export )?(let|var) |^(export )?const .*[=] *(new |\[\]|\{\}|$)/m.test(text)) return text;
    const source = ts.createSourceFile('module.ts', text, ts.ScriptTarget.ES2023, false);
    let result = text;
    const begins: string[] = [];
    // From the end, so that places before stay where they are.
    for (const statement of [...source.statements].reverse()) {
        if (!ts.isVariableStatement(statement) || isDeclaredOnly(statement)) continue;
        const { declarationList } = statement;
        const isVariable = !(declarationList.flags & ts.NodeFlags.Const);
        const stateful = declarationList.declarations.filter(
            ({ initializer }) => isVariable || (initializer && hasState(initializer, source)),
        );
        if (stateful.length === 0) continue;
        for (const { name, initializer } of stateful)
            begins.push(`${name.getText(source)} = ${initializer?.getText(source) ?? 'undefined'};`);
        const at = declarationList.getStart(source);
        if (!isVariable) result = `${result.slice(0, at)}let${result.slice(at + 'const'.length)}`;
    }
    if (begins.length === 0) return text;
    return `${result}\natEachProcess(() => {\n${begins.reverse().join('\n')}\n});\n`;
}

function isDeclaredOnly(statement: ts.VariableStatement): boolean {
    return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;
}

function hasState(initializer: ts.Expression, source: ts.SourceFile): boolean {
    if (ts.isArrayLiteralExpression(initializer)) return initializer.elements.length === 0;
    if (ts.isObjectLiteralExpression(initializer)) return initializer.properties.length === 0;
    if (!ts.isNewExpression(initializer)) return false;
    const made = initializer.expression.getText(source).split('.').at(-1)!;
    return COLLECTIONS.has(made) ? (initializer.arguments?.length ?? 0) === 0 : !TABLES.has(made);
}
