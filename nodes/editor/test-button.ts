import { jobKindOf, type JobKind } from '../../lib/flow/graph/node-role';
import { detailLines } from './detail';
import { rolesOf } from './flow-roles';
import { labelOf as labelOnCanvas } from './nodes-of-flow';
import { actionRow, button, outcomeBox, showOutcome, type OutcomeState } from './outcome';
import type { EditorNode } from './red';
import { t } from './texts';

/** The server's description of a test, before it runs. */
interface Preview {
    dryRun: boolean;
    text: string;
}

interface TestResult {
    ok: boolean;
    dryRun: boolean;
    text?: string;
    error?: string;
    detail?: unknown;
}

/** The targets of a job, in readable form; empty for one that only informs. */
export function testTargets(kind: JobKind | undefined, { labelOf = labelOnCanvas } = {}): string[] {
    return (kind?.kind === 'action' ? kind.to : []).map((target) => {
        if (target === '*') return t('test.everybody');
        const [what, ...rest] = target.split(' ');
        const name = rest.join(' ');
        if (what === 'ups') return labelOf(name) || name;
        if (what !== 'outlet' && what !== 'port') return name;
        const [id = '', ...part] = name.split('/');
        return `${labelOf(id) || id} ${part.join('/')}`;
    });
}

/** Fills the element `selector` with the Test button of the job `node`, and shows the outcome of a test. */
export function testButton(selector: string, node: EditorNode): void {
    const field = actionRow($(selector).empty(), t('test.label'));
    const start = button(t('test.button')).appendTo(field);
    const tip = isDeployed(node) ? 'test.tip' : node.d ? 'test.disabled' : 'test.deployFirst';
    $('<div class="ridethrough-tip"></div>').text(t(tip)).appendTo(field);
    const outcome = outcomeBox().appendTo(field);
    const url = `ridethrough/jobs/${node.id}/test`;
    const busy = (is: boolean) => void start.prop('disabled', is);
    const fail = (xhr: JQuery.jqXHR) => {
        const { error, detail } = (xhr.responseJSON ?? {}) as { error?: string; detail?: unknown };
        const known = new Map([
            [404, 'test.notRunning'],
            [409, 'test.changed'],
        ]).get(xhr.status);
        show(outcome, 'failed', known ? t(known) : error || t('test.noAnswer', { status: xhr.status }), detail);
    };

    const run = (dryRun = false) => {
        busy(true);
        show(outcome, undefined, t('test.running'));
        $.ajax({ url: dryRun ? `${url}?dryRun=true` : url, type: 'POST' })
            .done((result: TestResult) => {
                const prefix = result.dryRun ? `${t('test.dryRun')} ` : '';
                const text = result.text || result.error || t(result.ok ? 'test.done' : 'test.failed');
                show(outcome, result.ok ? 'ok' : 'failed', prefix + text, result.detail);
            })
            .fail(fail)
            .always(() => busy(false));
    };

    busy(!isDeployed(node));
    start.on('click', () => {
        const kind = jobKindOf({ ...node, wires: [] }, rolesOf([node]));
        // A job that switches or shuts down asks for confirmation.
        if (kind?.kind !== 'action') return run();
        busy(true);
        $.getJSON(url)
            .done((preview: Preview) => ask(outcome, start, preview, testTargets(kind), run))
            .fail(fail)
            .always(() => busy(false));
    });
}

const isDeployed = (node: EditorNode) => Boolean(RED.nodes.node(node.id)) && !node.changed && !node.d;

function show(box: JQuery, state: OutcomeState, text: string, detail?: unknown): void {
    showOutcome(box, state, text);
    const lines = detailLines(detail);
    if (lines.length) $('<div class="ridethrough-test-detail"></div>').text(lines.join('\n')).appendTo(box);
    box[0]?.scrollIntoView({ block: 'nearest' });
}

/** Asks for confirmation before a job switches or shuts down. */
function ask(
    outcome: JQuery,
    start: JQuery,
    { dryRun, text }: Preview,
    targets: readonly string[],
    run: (dryRun: boolean) => void,
): void {
    show(outcome, dryRun ? undefined : 'failed', t(dryRun ? 'test.askDry' : 'test.ask'));
    outcome.attr('role', 'alertdialog');
    $('<div class="ridethrough-test-question"></div>').text(text).appendTo(outcome);
    if (targets.length)
        $('<div></div>')
            .text(t('test.hits', { targets: targets.join(', ') }))
            .appendTo(outcome);
    const choice = (key: string, action: () => void) =>
        button(t(key)).on('click', () => {
            outcome.attr('role', 'status');
            action();
        });
    const cancel = choice('test.cancel', () => {
        outcome.hide();
        start.trigger('focus');
    });
    $('<div class="ridethrough-test-choices"></div>')
        .append(
            cancel,
            choice(dryRun ? 'test.runDry' : 'test.runReal', () => run(dryRun)),
        )
        .appendTo(outcome);
    cancel.trigger('focus');
    outcome[0]?.scrollIntoView({ block: 'nearest' });
}
