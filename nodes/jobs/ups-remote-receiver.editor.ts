import { dialog } from '../editor/form/dialog';
import { text } from '../editor/texts';
import { settings } from './ups-remote-receiver.settings';

interface Callable {
    command?: string;
}

const rowsOf = (stored: unknown): Callable[] => (Array.isArray(stored) ? (stored as Callable[]) : []);

/**
 * The new position of each output, for Node-RED, and which outputs are new: wires stay with the command name when rows are sorted or
 * removed; a row that is renamed in its place keeps its wires.
 */
export function outputMoves(before: readonly Callable[], after: readonly Callable[]): Record<string, string | number> {
    const known = new Set(before.map(({ command }) => command));
    const kept = new Set(after.map(({ command }) => command));
    const moved: Record<string, string | number> = { 0: '0' };
    const taken = new Set<number>();
    before.forEach(({ command }, i) => {
        const there = after[i];
        let to = after.findIndex((row) => row.command === command);
        if (to < 0 && there && !known.has(there.command) && !kept.has(command)) to = i;
        moved[i + 1] = to < 0 ? '-1' : String(to + 1);
        if (to >= 0) taken.add(to);
    });
    after.forEach((_row, i) => {
        if (!taken.has(i)) moved[`new${i}`] = i + 1;
    });
    return moved;
}

export default dialog(settings, {
    label: ({ port }) => `${text('ups-remote-receiver', 'palette')} :${String(port)}`,
    outputLabel: ({ callable }, index) =>
        index === 0 ? text('ups-remote-receiver', 'output.refused') : rowsOf(callable)[index - 1]?.command,
    tables: {
        callable: () => ({ columns: { command: { width: '2 1 180px' }, level: { width: '1 1 110px' } } }),
    },
    prepare(form) {
        $('<input type="hidden" id="node-input-outputs">')
            .val(Number(form.node.outputs))
            .appendTo(form.row('callable'));
    },
    save(form) {
        const after = rowsOf(form.widgets.get('callable')?.get());
        $('#node-input-outputs').val(JSON.stringify(outputMoves(rowsOf(form.node.callable), after)));
    },
});
