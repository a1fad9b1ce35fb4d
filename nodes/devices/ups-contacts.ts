import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import {
    createContactsDriver,
    type ContactsConfig,
    type ContactsDevice,
} from '../../lib/protocols/contacts/create-driver';
import { attachDevice, type DeviceConfig } from '../shared/device/device';
import { registerDeviceTry } from '../shared/device/try-device';
import { flowOf } from '../shared/runtime/flow-of';
import { asSentence, errorText } from '../shared/words/texts';

type UpsContactsConfig = DeviceConfig & ContactsConfig;

export = (RED: NodeAPI) => {
    function UpsContacts(this: Node, config: UpsContactsConfig) {
        RED.nodes.createNode(this, config);
        let device: ContactsDevice | undefined;
        const driver = attachDevice(RED, this, config, ({ warn }) => {
            device = createContactsDriver(config, flowOf(RED).clock, warn);
            return device.driver;
        });
        this.on('input', (message, _send, done) => {
            if (!device || !driver) {
                done(asSentence(errorText(RED, new UpsError('config-missing', { property: 'ups' }))));
                return;
            }
            try {
                device.receive?.(message.topic, message.payload);
                driver.pollNow();
                done();
            } catch (error) {
                done(asSentence(errorText(RED, error)));
            }
        });
    }
    // Messages come to a deployed node only.
    registerDeviceTry(RED, 'ups-contacts', ({ config }) => {
        const settings = config as unknown as UpsContactsConfig;
        return settings.source === 'message' ? undefined : createContactsDriver(settings, flowOf(RED).clock).driver;
    });
    RED.nodes.registerType('ups-contacts', UpsContacts as never);
};
