/** A small text of the project's own, to count n-grams in while one looks on. */
export const sampleText = `The morning train was late again. We waited on the platform and watched the rain. A man with a red umbrella asked me if the train was late.
I said that the train was always late in the rain. He laughed and said that he would wait for the bus. The bus was late too.
In the end we walked to the station in the next town. We talked about the weather and about the news. He told me that he was a teacher.
He was on his way to see his sister. She lives in a small house by the river. The house is old and the river is wide.
I told him that I was on my way to work. I work in a library near the old bridge. The library is quiet in the morning and busy in the afternoon.
People come to read the news and to ask for books. Some of them want to know where the books are. Some of them want to talk about the weather.
My sister works in the library too. She knows where all the books are. She says that the best books are the old ones.
When we came to the station the train was on the platform. It was the train that we had waited for. We looked at each other and laughed.
He said thank you for the walk. I said thank you for the company. We sat down by the window and watched the rain.
The train was slow but it was warm. The other train was too full and it was too cold. It was too late to walk back and it was too far. A woman asked if she could sit with us. She had a dog with her and the dog was wet.
The dog looked at me and I looked at the dog. The woman said that he was a good dog. I said that he was a very good dog.
At the next station the man got up to go. He gave me the red umbrella and said that I would need it. I said that I would give it back.
He said that I could give it to the next person who waits for a train in the rain. I never saw him again. I still have the red umbrella.
When it rains I take it with me to the station. If the train is late I look for a person without an umbrella. One day I will give it to them.
I want to know if they will laugh. I want to know if they will wait for the train or walk to the next town. I think that it is the best way to see the river.
The river is wide and the bridge is old. In the morning the water is grey and in the afternoon it is blue. The dog would like it there.
`;
