import type { NodeAPI } from 'node-red';
import { createNutDriver } from '../../lib/protocols/nut/create-driver';
import { defineDevice } from '../shared/device/define-device';
import { tlsOptions } from '../shared/settings/tls';
import { settings } from './ups-nut.settings';

export = (RED: NodeAPI) => {
    defineDevice(RED, settings, {
        driver: (own, { clock }) => createNutDriver({ ...own, tls: tlsOptions(RED, own.tls) }, clock),
    });
};
