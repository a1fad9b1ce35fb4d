import { ErrorStatus, ObjectType, PduType } from 'net-snmp';
import type { UpsCommand } from '../../core/driver';
import type { ServedUps } from '../../core/served/served-ups';
import type { TestState } from '../../core/status/status';
import { ObjectTree, type ServedObject } from './object-tree';
import { answer, type SnmpAnswer, type SnmpRequest } from './responder';
import type { AgentServing, ServedTarget } from './serving';
import { AlarmTable } from './ups-mib/alarm-table';
import { servedObjects, shapeOf } from './ups-mib/objects';
import { servedAlarms } from './ups-mib/served-alarms';
import { newObjectState, type ObjectSource } from './ups-mib/source';

/** RFC 3418: sysObjectID; the root of the UPS-MIB, by which managers find a UPS. */
const UPS_MIB = '1.3.6.1.2.1.33';

const NOTHING: ServedUps = {
    id: '',
    name: '',
    site: {},
    knowledge: 'none',
    identity: {},
    batteryLow: false,
    testsBattery: false,
    communicationLost: false,
    events: [],
};

/** One UPS as an agent serves it; rows of alarms and locks live over deploys. */
export class AgentUps {
    target: ServedTarget | undefined;
    serving: Pick<AgentServing, 'version' | 'unknownAs'> | undefined;
    private readonly alarms = new AlarmTable();
    private readonly source: ObjectSource;
    private now: ServedUps = NOTHING;
    private tree: { shape: string; objects: ObjectTree } | undefined;
    private orders: UpsCommand[] = [];

    /**
     * @param upTime 1/100 s since the agent started
     * @param wallClock epoch ms
     */
    constructor(
        private readonly upTime: () => number,
        private readonly wallClock: () => number,
    ) {
        this.source = this.makeSource();
    }

    /** The answer, with what was ordered by it. */
    respond(request: SnmpRequest): { answer: SnmpAnswer; orders: UpsCommand[] } {
        this.refresh();
        this.orders = [];
        const given = answer(this.tree!.objects, request);
        const orders = this.orders;
        this.orders = [];
        const isSet = request.type === PduType.SetRequest;
        return { answer: given, orders: isSet && given.errorStatus === ErrorStatus.NoError ? orders : [] };
    }

    private refresh(): void {
        this.now = this.target?.served() ?? NOTHING;
        const alarmsChanged = this.alarms.follow(servedAlarms(this.now), this.upTime());
        const shape = `${shapeOf(this.now)} ${this.serving?.unknownAs}`;
        if (!alarmsChanged && this.tree?.shape === shape) return;
        const objects = servedObjects(this.source);
        this.tree = {
            shape,
            objects: new ObjectTree(this.serving?.unknownAs === '-1' ? objects.map(orMinusOne) : objects),
        };
    }

    private makeSource(): ObjectSource {
        const served = () => this.now;
        const version = () => this.serving?.version ?? '';
        return {
            served,
            supports: (command) => this.target?.supports(command) ?? false,
            execute: (command) => void this.orders.push(command),
            upTime: this.upTime,
            alarms: () => this.alarms.rows,
            state: newObjectState(),
            testTimes: (test) => this.testTimes(test),
            system: {
                objectId: UPS_MIB,
                get description() {
                    const { manufacturer = '', model = '' } = served().identity;
                    return [version(), `${manufacturer} ${model}`.trim()].filter(Boolean).join(', ');
                },
                get contact() {
                    return served().site.contact ?? '';
                },
                get name() {
                    return served().name;
                },
                get location() {
                    return served().site.location ?? '';
                },
            },
            get agentVersion() {
                return version();
            },
            extensions: true,
        };
    }

    private testTimes({ startedAt, result }: TestState): { started?: number; elapsed?: number } {
        if (startedAt === undefined) return {};
        const ago = Math.max(0, (this.wallClock() - startedAt) / 10);
        return {
            // A test that is older than the agent began at its start, as far as sysUpTime can say.
            started: Math.max(0, this.upTime() - ago),
            ...(result === 'in-progress' && { elapsed: ago }),
        };
    }
}

/** As many cards do. */
function orMinusOne(object: ServedObject): ServedObject {
    if (object.type !== ObjectType.Integer) return object;
    return { ...object, value: () => object.value() ?? -1 };
}
