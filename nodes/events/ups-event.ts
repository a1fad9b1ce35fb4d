import type { Node, NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said } from '../../lib/core/language/sentence';
import { OnBatteryEvents } from '../../lib/core/events/on-battery';
import type { EventInfo } from '../../lib/core/messages';
import { lampState, type LampState } from '../../lib/core/status/lamp';
import { unitLamp } from '../../lib/core/unit/unit-lamp';
import { asFlag } from '../../lib/core/words';
import { settingTick } from '../../lib/protocols/shared/setting-number';
import type { UpsUnitNode } from '../shared/config-nodes';
import { EdgeRelay } from '../../lib/flow/delivery/edge-relay';
import { flowOf } from '../shared/flow-of';
import { StatusLamp, type Look } from '../shared/node-status';
import { whenStarted } from '../shared/started';
import { wordsOf } from '../shared/site-words';
import { errorText, eventName, eventText, statusText } from '../shared/texts';

interface UpsEventConfig extends NodeDef {
    ups: string;
    /** Event ids. */
    events?: string[];
    /** Every event of the UPS, whatever is chosen. Flows of older versions lack this, and mean it by an empty list. */
    all?: boolean | string;
    /** An event counts only while the UPS is on battery. */
    onlyOnBattery?: boolean | string;
}

export = (RED: NodeAPI) => {
    function UpsEvent(this: Node, config: UpsEventConfig) {
        RED.nodes.createNode(this, config);
        const lamp = new StatusLamp(this);
        const refuse = (error: unknown) => {
            lamp.show('error', statusText(RED, 'notConfigured'));
            this.error(errorText(RED, error));
        };
        const unitNode = RED.nodes.getNode(config.ups) as UpsUnitNode | null;
        if (!unitNode?.unit) return refuse(new UpsError('config-missing', { property: 'ups' }));
        let wanted: ReadonlySet<string>;
        let ofOutages: boolean;
        try {
            wanted = wantedOf(config);
            ofOutages = settingTick('onlyOnBattery', config.onlyOnBattery, false);
        } catch (error) {
            return refuse(error);
        }
        const { unit, site } = unitNode;
        const journal = site?.store ?? flowOf(RED).registry.forgetful;
        const text = (id: string, active: boolean) => eventText(wordsOf(RED, site), id, active);
        const outages = ofOutages ? new OnBatteryEvents({ id: this.id, unit, wanted, journal, text }) : undefined;
        let active: EventInfo[] = [];
        const show = () => {
            if (flowOf(RED).registry.isWatching(journal)) lamp.show('disabled', statusText(RED, 'watching'));
            else lamp.show(...look(RED, unit, active));
        };
        const relay = new EdgeRelay(flowOf(RED), this, outages ?? unit, journal, wanted, text, (open) => {
            active = open;
            show();
        });
        // What the UPS cannot tell, and that nobody has read it, concerns this node whatever it was told to pass.
        const unsubscribe = unit.subscribe(show);
        if (outages) flowOf(RED).registry.addSource(outages, site);
        whenStarted(RED, this, () => {
            relay.start();
            outages?.start();
        });
        this.on('close', (done: () => void) => {
            unsubscribe();
            if (outages) flowOf(RED).registry.removeSource(outages);
            outages?.destroy();
            relay.destroy();
            done();
        });
    }
    RED.nodes.registerType('ups-event', UpsEvent as never);
};

/** The chosen events, empty for every one. @throws UpsError config-missing when nothing is chosen, config-invalid */
function wantedOf({ events = [], all }: UpsEventConfig): ReadonlySet<string> {
    const every = all === undefined ? events.length === 0 : asFlag(all);
    if (every === undefined)
        throw new UpsError('config-invalid', { property: 'all', value: String(all), expected: said('expected.tick') });
    if (every) return new Set();
    if (events.length === 0) throw new UpsError('config-missing', { property: 'events' });
    return new Set(events);
}

/** Green only where the UPS answers, and would tell an outage. */
function look(RED: NodeAPI, unit: UpsUnitNode['unit'], active: EventInfo[]): [Look, string] {
    const whole = unitLamp(unit);
    if (active.length > 0) return [eventLook(whole, active), describe(RED, active)];
    const unfed = unit.wayViews.length === 0;
    if (unit.isSilent) return [unit.status() ? 'lost' : 'never', statusText(RED, unfed ? 'noDevice' : 'silent')];
    if (whole === 'never' || whole === 'starting') return [whole, statusText(RED, unfed ? 'noDevice' : 'noReading')];
    if (unit.stateOf('outages-unseen').active) return ['warning', statusText(RED, 'outages-unseen')];
    return ['ok', statusText(RED, 'ok')];
}

/** By the events that pass here, but no connection is called lost that there never was. */
function eventLook(whole: LampState, active: EventInfo[]): Look {
    const passed = (id: string) => active.some((event) => event.id === id);
    if (passed('communication-lost') && (whole === 'lost' || whole === 'never')) return whole;
    return lampState({
        read: true,
        onBattery: passed('power-fail'),
        testing: passed('test-in-progress') && !passed('power-fail'),
        levels: active.map(({ level }) => level),
    });
}

function describe(RED: NodeAPI, active: EventInfo[]): string {
    const name = eventName(RED, active[0].id);
    return active.length === 1 ? name : `${name} +${active.length - 1}`;
}
