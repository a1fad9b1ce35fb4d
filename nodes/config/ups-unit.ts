import type { NodeAPI, NodeDef } from 'node-red';
import { ScalableClock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import { loadWithin, UNIT_DEFAULTS, type UnitConfig } from '../../lib/core/unit/unit-config';
import { UpsUnit } from '../../lib/core/unit/ups-unit';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { announceUnit } from '../shared/admin/admin';
import type { UpsSiteNode, UpsUnitNode } from '../shared/config/config-nodes';
import { flowOf } from '../shared/runtime/flow-of';
import { numberOr, optionalNumber } from '../shared/settings/numbers';
import { whenStarted } from '../shared/runtime/started';
import { wordsOf } from '../shared/words/site-words';
import { errorText, eventText } from '../shared/words/texts';

type Field = string | number;

interface UpsUnitConfig extends NodeDef {
    site: string;
    ratedVA: Field;
    loadVA: Field;
    holdMinutes: Field;
    rechargeMinutes: Field;
    batteryInstalledOn: string;
    batteryMaxAgeMonths: Field;
    confirmSeconds: Field;
    mainsBackSeconds: Field;
    staleSeconds: Field;
    onSilence: 'continue' | 'hold';
    shutdownSeconds: Field;
    healthPercent: Field;
    testMaxMinutes: Field;
}

export = (RED: NodeAPI) => {
    function UpsUnitNodeConstructor(this: UpsUnitNode, config: UpsUnitConfig) {
        RED.nodes.createNode(this, config);
        const siteNode = RED.nodes.getNode(config.site) as UpsSiteNode | null;
        this.site = siteNode?.runtime;
        if (!this.site) this.error(errorText(RED, new UpsError('config-missing', { property: 'site' })));
        this.unitClock = new ScalableClock(flowOf(RED).clock);
        this.unit = new UpsUnit({
            id: this.id,
            name: config.name || this.id,
            config: read(config, (error) => this.error(errorText(RED, error))),
            clock: this.unitClock,
            journal: this.site?.store ?? new MemoryJournal(),
            log: this.site?.store,
            text: (id, active, values) => eventText(wordsOf(RED, this.site), id, active, values),
            inWords: (part) => wordsOf(RED, this.site).text(part),
            problem: (error) => this.error(errorText(RED, error)),
            lasted: (eventId) => flowOf(RED).registry.lastedBefore(this.id, eventId, this.unitClock.speed),
        });
        flowOf(RED).registry.addSource(this.unit, this.site);
        const conceal = announceUnit(RED, this.unit, this.site, siteNode?.dataLogSeconds ?? 0);
        whenStarted(RED, this, () => this.unit.start());
        this.on('close', (done: () => void) => {
            flowOf(RED).registry.removeSource(this.unit);
            conceal();
            this.unit.destroy();
            done();
        });
    }
    RED.nodes.registerType('ups-unit', UpsUnitNodeConstructor as never);
};

/** A field that is wrong is reported and takes its default: a UPS is rather watched with a default than not at all. */
function read(config: UpsUnitConfig, problem: (error: unknown) => void): UnitConfig {
    const field = <T>(get: () => T, fallback: T): T => {
        try {
            return get();
        } catch (error) {
            problem(error);
            return fallback;
        }
    };
    const optional = (name: keyof UpsUnitConfig, min: number, max = Infinity) =>
        field(() => optionalNumber(name, config[name], min, max), undefined);
    const required = (name: keyof UpsUnitConfig & keyof UnitConfig, fallback: number, min = 0, max = Infinity) =>
        field(() => numberOr(name, config[name], fallback, min, max), fallback);
    const ratedVA = optional('ratedVA', 1);
    return {
        ratedVA,
        loadVA: field(() => loadWithin(optionalNumber('loadVA', config.loadVA, 1), ratedVA), undefined),
        holdMinutes: optional('holdMinutes', 0.01),
        rechargeMinutes: optional('rechargeMinutes', 0.01),
        shutdownSeconds: optional('shutdownSeconds', 0, 86_400),
        batteryInstalledOn: config.batteryInstalledOn || undefined,
        batteryMaxAgeMonths: required('batteryMaxAgeMonths', UNIT_DEFAULTS.batteryMaxAgeMonths, 1, 600),
        confirmSeconds: required('confirmSeconds', UNIT_DEFAULTS.confirmSeconds, 0, 3600),
        mainsBackSeconds: required('mainsBackSeconds', 0, 0, 3600),
        staleSeconds: required('staleSeconds', UNIT_DEFAULTS.staleSeconds, 1, 86_400),
        onSilence: field(
            () =>
                settingChoice(
                    'onSilence',
                    config.onSilence,
                    ['continue', 'hold'],
                    'continue',
                ) as UnitConfig['onSilence'],
            'continue',
        ),
        healthPercent: required('healthPercent', UNIT_DEFAULTS.healthPercent, 5, 30),
        testMaxMinutes: required('testMaxMinutes', UNIT_DEFAULTS.testMaxMinutes, 1, 1440),
    };
}
