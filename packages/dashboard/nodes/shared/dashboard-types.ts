import type { Node } from 'node-red';
import type { AskingRequest } from '../../../../lib/door';

/** As much of FlowFuse Dashboard as a widget uses; it brings no types. */
export interface Connection {
    readonly id: string;
    readonly connected: boolean;
    /** The request that opened the socket. */
    readonly request: AskingRequest;
    emit(event: string, message: unknown): void;
}

export interface WidgetSource {
    package: string;
    name: string;
    src: string;
    path: string;
    component: string;
}

interface PlacedWidget {
    type: string;
    props: { group?: string };
    src?: WidgetSource;
}

export interface Base {
    id: string;
    getBaseURL(): string;
    ui: {
        pages: Map<string, { path: string; order?: number; visible?: unknown; disabled?: unknown }>;
        groups: Map<string, { page?: string }>;
        widgets: Map<string, PlacedWidget>;
    };
}

export interface Group extends Node {
    getBase(): Base;
    register(widget: Node, config: object, events: WidgetEvents): void;
}

export interface WidgetEvents {
    onChange(message: unknown, value: unknown, connection: Connection, widgetId: string): void;
    onError(error: unknown): void;
}
