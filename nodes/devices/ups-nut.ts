import type { NodeAPI } from 'node-red';
import { createNutDriver } from '../../lib/protocols/nut/create-driver';
import { defineDevice } from '../shared/define-device';
import { tlsOptions } from '../shared/tls';
import { settings } from './ups-nut.settings';

export = (RED: NodeAPI) => {
    // upsd lives in real time, even where a simulator makes the unit's clock run faster.
    defineDevice(RED, settings, (own, { clock }) => createNutDriver({ ...own, tls: tlsOptions(RED, own.tls) }, clock));
};
