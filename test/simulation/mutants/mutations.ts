import ts from 'typescript';
import type { Prng } from '../kernel/prng';

/** One small fault in a source file, as somebody could have made it. */
export interface Mutation {
    kind: 'a condition turned' | 'a call left out' | 'an order changed';
    /** From 1. */
    line: number;
    /** What stands there, and what stands there instead. */
    from: string;
    to: string;
    start: number;
    end: number;
}

const TURNED: Partial<Record<ts.SyntaxKind, string>> = {
    [ts.SyntaxKind.LessThanToken]: '>=',
    [ts.SyntaxKind.LessThanEqualsToken]: '>',
    [ts.SyntaxKind.GreaterThanToken]: '<=',
    [ts.SyntaxKind.GreaterThanEqualsToken]: '<',
    [ts.SyntaxKind.EqualsEqualsEqualsToken]: '!==',
    [ts.SyntaxKind.ExclamationEqualsEqualsToken]: '===',
    [ts.SyntaxKind.AmpersandAmpersandToken]: '||',
    [ts.SyntaxKind.BarBarToken]: '&&',
};

/** Every mutation of a file that this knows to make. */
export function mutationsOf(file: string, text: string): Mutation[] {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
    const found: Mutation[] = [];
    const add = (kind: Mutation['kind'], start: number, end: number, to: string) => {
        const line = source.getLineAndCharacterOfPosition(start).line + 1;
        found.push({ kind, line, from: text.slice(start, end), to, start, end });
    };
    const visit = (node: ts.Node): void => {
        // What is only for the compiler changes nothing.
        if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
        if (ts.isBinaryExpression(node)) {
            const { operatorToken } = node;
            const turned = TURNED[operatorToken.kind];
            if (turned) add('a condition turned', operatorToken.getStart(), operatorToken.end, turned);
        }
        if (ts.isIfStatement(node) && !isTurnedWithin(node.expression)) {
            const { expression } = node;
            add('a condition turned', expression.getStart(), expression.end, `!(${expression.getText()})`);
        }
        if (ts.isConditionalExpression(node)) {
            const { whenTrue, whenFalse } = node;
            const swapped = `${whenFalse.getText()} : ${whenTrue.getText()}`;
            add('a condition turned', whenTrue.getStart(), whenFalse.end, swapped);
        }
        if (isCall(node) && ts.isBlock(node.parent)) add('a call left out', node.getStart(), node.end, ';');
        if (ts.isBlock(node)) {
            node.statements.forEach((statement, index) => {
                const next = node.statements[index + 1];
                if (!next || !isEffect(statement) || !isEffect(next) || areIndependent(statement, next)) return;
                const swapped = `${next.getText()}\n${statement.getText()}`;
                add('an order changed', statement.getStart(), next.end, swapped);
            });
        }
        ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
}

export function mutated(text: string, { start, end, to }: Mutation): string {
    return text.slice(0, start) + to + text.slice(end);
}

/** So many of all, by chance: each of the three kinds a third, as far as there are. */
export function chosen<T extends Mutation>(all: readonly T[], count: number, prng: Prng): T[] {
    const kinds = ['a condition turned', 'a call left out', 'an order changed'] as const;
    const byKind = kinds.map((kind) =>
        shuffled(
            all.filter((each) => each.kind === kind),
            prng,
        ),
    );
    const taken: T[] = [];
    for (let turn = 0; taken.length < count && byKind.some((list) => list.length > 0); turn++) {
        const next = byKind[turn % byKind.length]!.pop();
        if (next) taken.push(next);
    }
    return taken;
}

function shuffled<T>(list: T[], prng: Prng): T[] {
    for (let at = list.length - 1; at > 0; at--) {
        const other = prng.below(at + 1);
        [list[at], list[other]] = [list[other]!, list[at]!];
    }
    return list;
}

/** A comparison is turned by itself. */
function isTurnedWithin(node: ts.Expression): boolean {
    return ts.isBinaryExpression(node) && TURNED[node.operatorToken.kind] !== undefined;
}

function isCall(node: ts.Node): boolean {
    return ts.isExpressionStatement(node) && ts.isCallExpression(node.expression) && !isSuper(node.expression);
}

function isEffect(node: ts.Statement): boolean {
    if (!ts.isExpressionStatement(node)) return false;
    return isCall(node) || ts.isBinaryExpression(node.expression);
}

/** Two assignments that call nothing, of which neither reads what the other writes: their order is nobody's to notice. */
function areIndependent(one: ts.Statement, other: ts.Statement): boolean {
    const [first, second] = [assignmentIn(one), assignmentIn(other)];
    if (!first || !second || calls(one) || calls(other)) return false;
    const names = [first, second].map(({ left }) => left.getText());
    return names[0] !== names[1] && !second.getText().includes(names[0]!) && !first.getText().includes(names[1]!);
}

function assignmentIn(statement: ts.Statement): ts.BinaryExpression | undefined {
    const expression = ts.isExpressionStatement(statement) ? statement.expression : undefined;
    const assigns = expression && ts.isBinaryExpression(expression);
    return assigns && expression.operatorToken.kind === ts.SyntaxKind.EqualsToken ? expression : undefined;
}

/** A look at the clock changes nothing. */
function calls(node: ts.Node): boolean {
    if (ts.isCallExpression(node) && /\bclock\.(now|monotonic)$/.test(node.expression.getText())) return false;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) return true;
    return ts.forEachChild(node, (child) => calls(child) || undefined) ?? false;
}

function isSuper({ expression }: ts.CallExpression): boolean {
    return expression.kind === ts.SyntaxKind.SuperKeyword;
}
