/** Entry of a report file: the result screens on the document that the file carries. */
import { createApp, h } from 'vue';
import { readEmbeddedDocument } from './bridge/static-api.ts';
import ReportScreen from './screens/ReportScreen.vue';
import './styles/tokens.css';
import './styles/base.css';
import './styles/print.css';
import { words } from './words/english.ts';

const document_ = readEmbeddedDocument(document);
if (document_ === null) {
  const note = document.createElement('p');
  note.className = 'no-document';
  note.textContent = words.report.empty;
  document.querySelector('#report')?.append(note);
} else {
  document.title = document_.title;
  createApp({ render: () => h(ReportScreen, { document: document_ }) }).mount('#report');
}
