import type { Node, NodeAPI } from 'node-red';
import type { UpsCommand } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import type { Sentence, SentenceData } from '../../../lib/core/language/sentence';
import type { ServedUps } from '../../../lib/core/served/served-ups';
import type { SettingsOf } from '../../../lib/core/settings';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import type { BacnetServer } from '../../../lib/protocols/bacnet/server';
import type { BacnetRefusal, BacnetServing, Communication, ServedTarget } from '../../../lib/protocols/bacnet/serving';
import { RefusalGate } from '../../../lib/protocols/shared/refusal-gate';
import type { settings } from '../../servers/ups-bacnet-server.settings';
import { bacnetServer } from '../device/protocols';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { packageVersion } from '../words/package-version';
import { bacnetHub } from './bacnet-hub';
import { announceServer, type RunningServer } from './running-servers';
import { canDo, carryOutFor, ServedMembers } from './served-member';
import { servedOf } from './served-of';
import { ServerFace } from './server-face';

type Settings = SettingsOf<typeof settings>;

const own = (key: string, data?: SentenceData): Sentence => ({ key: `ups-bacnet-server.said.${key}`, data });

/** Refused although the address may ask. */
const RIGHTS: ReadonlySet<BacnetRefusal> = new Set(['no-right', 'wrong-password', 'too-many-passwords']);

/** The device of one node, between two deploys. */
export class BacnetNode {
    private readonly server: BacnetServer;
    private readonly face: ServerFace;
    private readonly conceal: () => void;
    private readonly unwatch: () => void;
    /** UPSs that it shall serve and that are not there, for people. */
    private missing = '';
    private readonly members: ServedMembers;
    private registration = '';
    private closed = false;

    /** @throws UpsError config-invalid */
    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly settings: Settings,
    ) {
        this.members = new ServedMembers(RED);
        this.face = new ServerFace(RED, node, {
            site: settings.site,
            label: () => `BACnet ${settings.deviceId}`,
            forbidden: (port) => own('forbidden', { port: Number(port) }),
            more: (what, count) => own('more', { what, count }),
        });
        const { address, port } = settings;
        this.server = bacnetHub(RED).take(node.id, { address, port }, this.serving(), () => this.show());
        this.conceal = announceServer(RED, node.id, () => this.view());
        this.unwatch = flowOf(RED).deploys.afterEachStart(() => this.lookForUpses());
        this.show();
    }

    async close(removed: boolean): Promise<void> {
        this.closed = true;
        this.face.close();
        this.conceal();
        this.unwatch();
        await bacnetHub(this.RED).leave(this.node.id, removed);
    }

    private serving(): BacnetServing {
        const { AllowedSenders } = bacnetServer();
        const { serves, clients, writers, bbmd, bbmdPort, bbmdSeconds, deviceName, location, ...rest } = this.settings;
        const { clock } = flowOf(this.RED);
        // Who guesses passwords is told of, although it has been told of for a damaged frame.
        const gates = { frames: new RefusalGate(clock), rights: new RefusalGate(clock) };
        const { deviceId, modelName, vendorId, networkNumber, writes, password } = rest;
        const rows = new Map(serves.map(({ number, ups }) => [number, ups]));
        const site = () => this.site();
        const named = () =>
            [...rows.values()]
                .map((ups) => this.served(ups)?.name ?? ups)
                .join(', ')
                .slice(0, 200);
        return {
            ...{ deviceId, modelName, vendorId, networkNumber, writes, password },
            deviceName: deviceName || `Ridethrough ${deviceId}`,
            get description() {
                return rest.description || named();
            },
            get location() {
                return location || site()?.location || '';
            },
            version: packageVersion(),
            apduTimeoutMs: rest.apduTimeout,
            senders: new AllowedSenders(clients),
            writers: new AllowedSenders(writers),
            ...(bbmd && { bbmd: { address: bbmd, port: bbmdPort, ttlSeconds: Math.round(bbmdSeconds) } }),
            unknownAs: rest.unknownAs,
            shutdownSeconds: rest.shutdownSeconds,
            numbers: [...rows.keys()],
            target: (number) => this.target(rows.get(number)),
            follow: (changed) => this.follow([...rows.values()], changed),
            kept: (name) => this.journal().getValue(this.node.id, name),
            // A closing node writes nothing any more: its successor does.
            keep: (name, value) => {
                if (!this.closed) this.journal().setValue(this.node.id, name, value);
            },
            refused: (address, reason) => {
                const gate = RIGHTS.has(reason) ? gates.rights : gates.frames;
                this.face.warn(gate, address, own('refused', { address, why: own(`why.${reason}`) }));
            },
            controlled: (address, communication, minutes) => this.tellControlled(address, communication, minutes),
        };
    }

    private journal() {
        return this.site()?.store ?? flowOf(this.RED).registry.memoryJournal;
    }

    private target(ups: string | undefined): ServedTarget | undefined {
        if (ups === undefined) return undefined;
        return {
            served: () => this.served(ups),
            supports: (command) => {
                const found = this.members.of(ups);
                return found !== undefined && canDo(found.unit, command);
            },
            order: (command, by) => this.order(ups, command, by),
        };
    }

    private served(ups: string): ServedUps | undefined {
        return servedOf(this.RED, ups, this.members.of(ups));
    }

    /** Carries out what a client has written; the event log has who, what, and what came of it. @throws UpsError it cannot be done */
    private async order(ups: string, command: UpsCommand, who: string): Promise<unknown> {
        const found = this.closed ? undefined : this.members.of(ups);
        if (!found) throw new UpsError('no-device', { ups });
        return carryOutFor(this.RED, found, command, who);
    }

    /** Each reading, event and replacement of the UPSs. */
    private follow(upses: readonly string[], changed: () => void): () => void {
        const followed = new Map<string, { unit: UpsUnit | undefined; end(): void }>();
        const followAll = () => {
            for (const ups of upses) {
                const unit = this.members.of(ups)?.unit;
                const before = followed.get(ups);
                if (before && before.unit === unit) continue;
                before?.end();
                const stops = unit ? [unit.subscribe(changed), unit.onStatus(changed)] : [];
                followed.set(ups, { unit, end: () => stops.forEach((stop) => stop()) });
            }
        };
        followAll();
        const unwatch = flowOf(this.RED).registry.onSource(() => {
            followAll();
            changed();
        });
        return () => {
            unwatch();
            for (const { end } of followed.values()) end();
        };
    }

    private tellControlled(address: string, communication: Communication, minutes: number | undefined): void {
        if (this.closed) return;
        const what = own(`communication.${communication}`, { address });
        const isLimited = communication !== 'enabled' && minutes;
        this.face.say(isLimited ? own('forMinutes', { what, minutes }) : what);
        this.show();
    }

    /** A UPS that was removed or renamed is silence to clients; who runs Node-RED is told why, once. */
    private lookForUpses(): void {
        const missing = this.settings.serves.filter(({ ups }) => !this.members.of(ups)).map(({ ups }) => `"${ups}"`);
        const before = this.missing;
        this.missing = missing.join(', ').slice(0, 200);
        if (this.missing && this.missing !== before) this.face.say(own('missing', { ups: this.missing }));
        this.show();
    }

    private show(): void {
        if (this.closed || !this.server) return;
        const { at, error, registration, communication } = this.server;
        if (at && !error) this.tellRegistration();
        const isRegistered = registration === 'none' || registration === 'registered';
        const isWell = isRegistered && communication === 'enabled' && !this.missing;
        const text = at && `${at.address}:${at.port} · ${this.server.activeClients().length}`;
        this.face.show(error, text, isWell);
    }

    /** That the BBMD refuses, or does not answer: once, until it is otherwise. */
    private tellRegistration(): void {
        const { registration } = this.server;
        if (registration === 'asking' || registration === this.registration) return;
        const isBad = registration === 'refused' || registration === 'silent';
        const { bbmd, bbmdPort } = this.settings;
        this.registration = registration;
        if (isBad) this.face.say(own(`bbmd.${registration}`, { address: `${bbmd}:${bbmdPort}` }));
    }

    private view(): RunningServer {
        const { at, error, registration, subscriptionCount, communication } = this.server;
        const clients = this.server.activeClients().map(({ address, since, lastRequest }) => ({
            ...{ address, since: Math.round(since), lastRequest },
        }));
        return {
            ...this.face.view(at, error, clients),
            ...{ subscriptions: subscriptionCount, communication },
            ...(registration !== 'none' && { bbmd: registration }),
        };
    }

    private site(): SiteRuntime | undefined {
        return flowOf(this.RED).registry.siteOf(undefined, this.settings.site || undefined);
    }
}
