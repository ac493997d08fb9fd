/** Entry of the application's window: the screens on the live source. */
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { connect } from './bridge/api.ts';
import { apiKey } from './bridge/use-api.ts';
import { makeRouter } from './router.ts';
import { followEvents } from './stores/events.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/application.css';
import { words } from './words/application.ts';

const api = connect(words.connection.gone);
const app = createApp(App);
app.provide(apiKey, api).use(createPinia()).use(makeRouter());
app.runWithContext(() => {
  void followEvents(api).then(() => app.mount('#window'), (error: unknown) => {
    const note = document.createElement('p');
    note.className = 'no-document';
    note.setAttribute('role', 'alert');
    note.textContent = error instanceof Error ? error.message : words.problem.unknown;
    document.querySelector('#window')?.append(note);
  });
});
