import { ErrorStatus, PduType } from 'net-snmp';
import type { CardState } from '../../core/batteries/model';
import type { Clock } from '../../core/clock';
import type { UpsCommand } from '../../core/driver';
import type { ServedBattery } from '../../core/served/served-battery';
import type { ServedUps } from '../../core/served/served-ups';
import type { AlarmId } from '../../core/status/alarms';
import type { SettingValue, TestState } from '../../core/status/status';
import { alarmOf } from '../bacs/oids';
import type { Notification } from '../snmp/notify/notification';
import { AlarmRows, type AlarmChanges, type AlarmRow, type KeptRows } from './alarm-rows';
import { bacsAlarms, bacsObjects, bacsShapeOf } from './bacs-mib/objects';
import { engineGroup } from './object-makers';
import { ObjectTree, type WireValue } from './object-tree';
import { answer, type SnmpAnswer, type SnmpRequest } from './responder';
import type { AgentServing, ServedTarget } from './serving';
import { bacsTraps } from './traps/bacs-traps';
import { UpsTraps, withName, type KeptTraps } from './traps/ups-traps';
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

/** A command of a SET. */
export interface SetOrder {
    command: UpsCommand;
    /** Of the variable that ordered it, from 0. */
    index: number;
}

/** What has to outlive the process. */
export interface KeptUps {
    alarms: KeptRows;
    bacs?: KeptRows;
    traps: KeptTraps;
    /** Id of the UPS. */
    of?: string | undefined;
}

/** One UPS, and its battery of many blocks, as an agent serves them; rows of alarms and locks live over deploys. */
export class AgentUps {
    target: ServedTarget | undefined;
    serving:
        | (Pick<AgentServing, 'version' | 'unknownAs'> &
              Partial<Pick<AgentServing, 'versions' | 'engineId' | 'engineTime'>>)
        | undefined;
    private readonly alarms = new AlarmTable();
    private readonly bacs = new AlarmRows<CardState>((state) => alarmOf(state) ?? '');
    /** Alarms of a test, which nobody has. */
    private readonly tested = new Set<AlarmId>();
    private readonly traps: UpsTraps;
    private readonly source: ObjectSource;
    private now: ServedUps = NOTHING;
    /** Id of the UPS. */
    private of: string | undefined;
    private battery: ServedBattery | undefined;
    private tree: { shape: string; objects: ObjectTree } | undefined;
    private orders: SetOrder[] = [];
    /** The variable of the SET that is written now, from 0. */
    private writing = 0;
    /** What has not been told yet. */
    private untold: Notification[] = [];

    /** @param upTime 1/100 s since the agent started */
    constructor(
        private readonly upTime: () => number,
        private readonly clock: Pick<Clock, 'now' | 'monotonic'>,
    ) {
        this.traps = new UpsTraps(clock);
        this.source = this.makeSource();
    }

    /** The answer, with what was ordered by it; `undo` takes back what the agent itself has noted of it. */
    respond(request: SnmpRequest): { answer: SnmpAnswer; orders: SetOrder[]; undo(): void } {
        this.refresh();
        this.orders = [];
        const { state } = this.source;
        const before = { ...state };
        const given = answer(this.tree!.objects, { ...request, writing: (index) => void (this.writing = index) });
        const orders = this.orders;
        this.orders = [];
        const after = JSON.stringify(state);
        // What a later SET has noted stays.
        const undo = () => void (JSON.stringify(state) === after && Object.assign(state, before));
        const isDone = request.type === PduType.SetRequest && given.errorStatus === ErrorStatus.NoError;
        if (!isDone) undo();
        return { answer: given, orders: isDone ? orders : [], undo };
    }

    /** What has happened since the last call. */
    takeTraps(): Notification[] {
        this.refresh();
        const told = this.untold;
        this.untold = [];
        return told;
    }

    /** Puts an alarm into the table that the UPS does not have. */
    beginTest(alarm: AlarmId): AlarmRow {
        this.refresh();
        this.tested.add(alarm);
        const row = this.alarms.add(alarm, this.upTime()) ?? this.alarms.rows.find((each) => each.alarm === alarm)!;
        this.tree = undefined;
        this.refresh();
        return row;
    }

    /** @returns undefined if the UPS has the alarm by now */
    endTest(alarm: AlarmId): AlarmRow | undefined {
        this.tested.delete(alarm);
        const row = servedAlarms(this.now).includes(alarm) ? undefined : this.alarms.remove(alarm);
        this.tree = undefined;
        this.refresh();
        return row;
    }

    /** The value of an instance now. */
    readonly read = (oid: string): WireValue | undefined => {
        const object = this.tree?.objects.get(oid);
        return object && this.tree?.objects.valueOf(object);
    };

    kept(): KeptUps {
        const bacs = this.bacs.kept();
        return { alarms: this.alarms.kept(), ...(bacs.lastId > 0 && { bacs }), traps: this.traps.kept(), of: this.of };
    }

    restore(kept: unknown): void {
        const { alarms, bacs, traps, of } = (kept ?? {}) as Partial<KeptUps>;
        this.of = of;
        this.alarms.restore(alarms);
        this.bacs.restore(bacs);
        this.traps.restore(traps);
    }

    private refresh(): void {
        this.now = this.target?.served() ?? NOTHING;
        const { id } = this.now;
        // Another UPS has got the name: what was told of the former one says nothing of its test and of its outage.
        if (id && this.of && id !== this.of) this.traps.restore(undefined);
        this.of = id || this.of;
        this.battery = this.target?.battery?.();
        const upTime = this.upTime();
        const present = [...new Set([...servedAlarms(this.now), ...this.tested])];
        const ups = this.alarms.follow(present, upTime, this.now.status !== undefined);
        const bacs = this.followBattery(upTime);
        const shape = [shapeOf(this.now), this.serving?.unknownAs, bacsShapeOf(this.battery), this.engineId].join(' ');
        if (ups.isOther || bacs.isOther || this.tree?.shape !== shape) this.tree = { shape, objects: this.makeTree() };
        this.untold.push(...this.traps.step(this.now, ups, this.read));
        this.untold.push(...bacsTraps(bacs).map((each) => withName(each, this.read)));
    }

    /** Undefined: it speaks no SNMPv3. */
    private get engineId(): string | undefined {
        return this.serving?.versions?.includes('3') ? this.serving.engineId : undefined;
    }

    private followBattery(upTime: number): AlarmChanges<CardState> {
        const { battery } = this;
        return this.bacs.follow(battery ? bacsAlarms(battery) : [], upTime, battery?.knowledge === 'live');
    }

    private makeTree(): ObjectTree {
        const ups = servedObjects(this.source);
        const bacs = bacsObjects({ battery: () => this.battery, alarms: () => this.bacs.rows });
        const { engineId } = this;
        const engine = engineId
            ? engineGroup(engineId, () => this.serving?.engineTime?.() ?? { boots: 0, seconds: 0 })
            : [];
        return new ObjectTree([...ups, ...bacs, ...engine], this.serving?.unknownAs === '-1' ? -1 : undefined);
    }

    private makeSource(): ObjectSource {
        const served = () => this.now;
        const version = () => this.serving?.version ?? '';
        return {
            served,
            supports: (command) => this.target?.supports(command) ?? false,
            execute: (command) => void this.orders.push({ command, index: this.writing }),
            chosen: (name) => this.chosen(name),
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
            parts: true,
        };
    }

    private chosen(name: string): SettingValue | undefined {
        const chosen = this.orders.flatMap(({ command }) =>
            command.type === 'set' && command.setting === name ? [command.value] : [],
        );
        return chosen.at(-1);
    }

    private testTimes({ startedAt, result }: TestState): { started?: number; elapsed?: number } {
        if (startedAt === undefined) return {};
        const ago = Math.max(0, (this.clock.now() - startedAt) / 10);
        return {
            // A test that is older than the agent began at its start, as far as sysUpTime can say.
            started: Math.max(0, this.upTime() - ago),
            ...(result === 'in-progress' && { elapsed: ago }),
        };
    }
}
