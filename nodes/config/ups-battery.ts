import type { NodeAPI } from 'node-red';
import { BatterySource } from '../../lib/core/batteries/battery-source';
import { ScalableClock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { SensorSource } from '../../lib/core/sensors/sensor-source';
import { batteryText } from '../batteries/battery-text';
import { serveBatteryPapers } from '../shared/admin/battery-admin';
import { healthWatch } from '../shared/config/battery-health';
import type { UpsBatteryNode } from '../shared/config/battery-of';
import type { UpsSiteNode, UpsUnitNode } from '../shared/config/config-nodes';
import { flowOf } from '../shared/runtime/flow-of';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { registerDeclared, settingsOrDefaults } from '../shared/settings/define-node';
import { wordsOf } from '../shared/words/site-words';
import { errorText } from '../shared/words/texts';
import { batteryConfigOf } from './battery-config';
import { healthSettingsOf } from './battery-health-settings';
import { settings } from './ups-battery.settings';

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (made, given) => {
        const node = made as UpsBatteryNode;
        // A battery with an invalid setting is still watched, with the default.
        const own = settingsOrDefaults(RED, node, settings, given);
        const siteNode = RED.nodes.getNode(own.site) as UpsSiteNode | null;
        node.site = siteNode?.runtime;
        if (own.site && !node.site) node.error(errorText(RED, new UpsError('config-missing', { property: 'site' })));
        const { clock: flowClock, registry } = flowOf(RED);
        const clock = (node.batteryClock = new ScalableClock(flowClock));
        const unitNode = own.ups ? (RED.nodes.getNode(own.ups) as UpsUnitNode | null) : null;
        if (own.ups && !unitNode?.unit) node.error(errorText(RED, new UpsError('config-missing', { property: 'ups' })));
        const ambient = (): number | undefined => {
            if (own.ambient === 'ups') return unitNode?.unit.status()?.environment?.temperature;
            if (own.ambient !== 'sensor') return undefined;
            const sensor = registry.source(own.ambientSensor);
            if (!(sensor instanceof SensorSource)) return undefined;
            const { value, invalid, lost } = sensor.view();
            return invalid || lost ? undefined : value;
        };
        const { batteryType, installedOn, contact, phone } = own;
        const plate = { batteryType, installedOn, contact, phone };
        const battery: BatterySource = new BatterySource({
            id: node.id,
            name: own.name || node.id,
            clock,
            journal: node.site?.store ?? registry.memoryJournal,
            log: node.site?.store,
            config: batteryConfigOf(own),
            plate,
            ups: unitNode?.unit,
            ambient,
            // The site samples its values, see site-samplers.ts.
            recorder: node.site?.series.dischargeRecorder({ id: node.id, name: own.name || node.id }),
            text: (eventId, active, detail) =>
                batteryText(wordsOf(RED, node.site), eventId, active, detail, {
                    config: battery.config,
                    layout: battery.view().layout,
                    inputNames: battery.view().settings.inputNames,
                    digits: node.site?.significantDigits,
                }),
        });
        node.battery = battery;
        const health = healthWatch(RED, battery, node.site, healthSettingsOf(own), (text) => node.warn(text));
        node.health = health;
        node.plate = plate;
        serveBatteryPapers(RED);
        registry.addSource(battery, node.site);
        whenFlowsStarted(RED, node, () => {
            battery.start();
            health.start();
        });
        node.on('close', (done: () => void) => {
            health.destroy();
            registry.removeSource(battery);
            battery.destroy();
            done();
        });
    });
};
