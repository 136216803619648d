// What the page says, in Chinese, or in English to readers of any other language.

const CHINESE = {
  motto: "只按所收文章作答，每一句都指到原文。",
  question: "问题",
  placeholder: "问点什么……",
  send: "提问",
  stop: "停止",
  clear: "新的对话",
  close: "关闭",
  cancel: "取消",
  confirm: "确定",
  key: "密钥",
  keyTitle: "这个服务需要密钥",
  sourceText: "原文",
  searching: "正在查找……",
  loading: "正在读取原文……",
  untitled: "（无标题）",
  sources: "依据",
  nearest: "最接近的段落",
  nearestSaid: "文章里最接近的一句",
  understood: (question) => `理解为：${question}`,
  marker: (n, title) => `依据 ${n}：${title}`,
  earlier: (n) => `往前再看一段（前面还有 ${n} 字）`,
  later: (n) => `往后再看一段（后面还有 ${n} 字）`,
  between: (n) => `中间略去 ${n} 字，展开`,
  unsupported: "这一句没有找到依据",
  stopped: "已停止。",
  broken: "回答中断了，请再问一次。",
  unreachable: "连不上服务，请看它是否还在运行。",
  failed: (detail) => `没有成功：${detail}`,
  reasons: {
    no_evidence: "文章谈到了相近的内容，但没有说到所问的。",
    off_topic: "所收文章没有谈到这个话题。",
    unsupported: "模型的说法在文章里得不到印证，因此没有采用。",
    llm_error: "语言模型没有给出可用的回答。",
  },
};

const ENGLISH = {
  motto: "Answers from the articles only, every sentence tied to its source.",
  question: "Question",
  placeholder: "Ask something…",
  send: "Ask",
  stop: "Stop",
  clear: "New conversation",
  close: "Close",
  cancel: "Cancel",
  confirm: "OK",
  key: "Key",
  keyTitle: "This service needs a key",
  sourceText: "Source text",
  searching: "Searching…",
  loading: "Loading the source…",
  untitled: "(untitled)",
  sources: "Evidence",
  nearest: "Nearest passages",
  nearestSaid: "The nearest that the articles say",
  understood: (question) => `Understood as: ${question}`,
  marker: (n, title) => `Evidence ${n}: ${title}`,
  earlier: (n) => `Show more above (${n} characters)`,
  later: (n) => `Show more below (${n} characters)`,
  between: (n) => `${n} characters left out; show`,
  unsupported: "No evidence was found for this sentence",
  stopped: "Stopped.",
  broken: "The answer broke off; please ask again.",
  unreachable: "The service cannot be reached; is it still running?",
  failed: (detail) => `That did not work: ${detail}`,
  reasons: {
    no_evidence: "The articles come near it, but do not say what is asked.",
    off_topic: "The articles do not touch on this subject.",
    unsupported: "What the model said is not borne out by the articles, so it was not used.",
    llm_error: "The language model gave no usable reply.",
  },
};

export const isChinese = navigator.language.toLowerCase().startsWith("zh");
export const words = isChinese ? CHINESE : ENGLISH;

/** Puts the page's fixed texts into the reader's language. */
export function translatePage() {
  document.documentElement.lang = isChinese ? "zh" : "en";
  document.title = isChinese ? "文据" : "wenju";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
  for (const element of document.querySelectorAll("[data-word-label]")) {
    element.setAttribute("aria-label", words[element.dataset.wordLabel]);
  }
  for (const element of document.querySelectorAll("[data-word-placeholder]")) {
    element.placeholder = words[element.dataset.wordPlaceholder];
  }
}
