import { FailuresView } from './failures-view';
import { LogView } from './log-view';
import { NextSteps } from './next-steps';
import { t } from './texts';
import { UnitCards } from './unit-cards';
import type { UnitView } from './unit-words';

const RELOAD_AFTER_DEPLOY_MS = 1500;
const FAILURES_SETTLE_MS = 300;
/** Node-RED tells of the UPSs only while somebody asks for them from time to time. */
const ASK_AGAIN_MS = 60_000;
/** Below this height, cards and filters fold by themselves: Node-RED 5 gives a second side bar some 230 px. */
const LOW_PX = 420;

function build(): { content: JQuery; load(): void } {
    const content = $('<div class="ridethrough-sidebar"></div>');
    const part = (name: string) => $(`<div class="${name}"></div>`).appendTo(content);
    const isLow = () => Number(content.height()) > 0 && Number(content.height()) < LOW_PX;
    const steps = new NextSteps();
    const cards = new UnitCards(part('ridethrough-units'), { isLow, stepOf: (timing) => steps.of(timing) });
    const failures = new FailuresView(part('ridethrough-failures').attr('role', 'alert'));
    const bar = part('ridethrough-log-bar');
    const log = new LogView(part('ridethrough-log').attr('role', 'log'), bar, { isLow });

    const loadUnits = () => {
        void $.getJSON('ridethrough/units')
            .done((units: UnitView[]) => cards.show(units))
            .fail(() => cards.show([]));
    };
    const load = () => {
        loadUnits();
        failures.load();
        log.load();
    };
    let low: boolean | undefined;
    const fit = () => {
        if (low === isLow()) return;
        low = isLow();
        content.toggleClass('low', low);
        log.fit();
        cards.draw();
    };
    new ResizeObserver(fit).observe(content[0]!);
    log.fit();
    let failuresLater: ReturnType<typeof setTimeout> | undefined;
    RED.comms.subscribe('ridethrough/log', (_topic, entry: { kind: string }) => {
        log.onNewEntry();
        if (entry.kind === 'event' || entry.kind === 'log') return;
        clearTimeout(failuresLater);
        failuresLater = setTimeout(() => failures.load(), FAILURES_SETTLE_MS);
    });
    RED.comms.subscribe('ridethrough/units', (_topic, unit: UnitView) => cards.update(unit));
    setInterval(() => document.visibilityState === 'visible' && loadUnits(), ASK_AGAIN_MS);
    RED.events.on('runtime-state', load);
    // The flows start after the editor has got the deploy event.
    RED.events.on('deploy', () => {
        steps.forget();
        setTimeout(load, RELOAD_AFTER_DEPLOY_MS);
    });
    // A monotonic clock stops while a computer sleeps.
    document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible') load();
    });
    return { content, load };
}

/** Adds the tab of the UPSs: their cards, failures that nobody has acknowledged, and the event log. */
export function addUpsSidebar(): void {
    const view = build();
    RED.sidebar.addTab({
        id: 'ridethrough',
        name: t('sidebar.name'),
        label: t('sidebar.label'),
        content: view.content,
        iconClass: 'fa fa-bolt',
        enableOnEdit: true,
        onchange: view.load,
    });
    RED.actions.add('ridethrough:show-ups-tab', () => RED.sidebar.show('ridethrough'));
    view.load();
}
