const answer = await fetch("/api/time");
const { time } = await answer.json();
document.querySelector("#time").textContent = new Date(time).toLocaleTimeString();
