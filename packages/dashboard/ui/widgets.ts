import { defineAsyncComponent, type Component } from 'vue';

/** What must be there at once when the mains fail, and beside it the pages of what was: those come when somebody opens one. */
const pages = import.meta.glob<Component>(['./pages/*/UiUps*.vue', '!./pages/{battery,data,events,outages}/*.vue'], {
    eager: true,
    import: 'default',
});
const laterPages = import.meta.glob<Component>('./pages/{battery,data,events,outages}/UiUps*.vue', {
    import: 'default',
});
/** Between two tries to load a page: Node-RED may just restart. */
const RETRY_MS = 2000;

function loadedLater(loader: () => Promise<Component>): Component {
    return defineAsyncComponent({
        loader,
        onError: (error, retry) => {
            console.warn(error);
            setTimeout(retry, RETRY_MS);
        },
    });
}

/** `UiUpsBar`: `ui-ups-bar`. */
function typeOf(component: string): string {
    return component.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

// The dashboard looks for a widget as window['<type>'].<Component>.
const place = window as unknown as Record<string, Record<string, Component>>;
const later = Object.entries(laterPages).map(([path, loader]) => [path, loadedLater(loader)] as const);
for (const [path, component] of [...Object.entries(pages), ...later]) {
    const name = path.slice(path.lastIndexOf('/') + 1, -'.vue'.length);
    const type = typeOf(name);
    place[type] = { ...place[type], [name]: component };
}
